import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a request's body into one buffer.
enum RequestBody {
    enum Failure: Error, Hashable, Sendable {
        case tooLarge(limitBytes: Int)
        /// The connection ended before the body did.
        case incomplete
    }

    /// Reads it, without copying where it came in one piece.
    ///
    /// - Parameters:
    ///   - request: The request; its body is consumed.
    ///   - limit: Bytes at most.
    /// - Returns: The whole body.
    /// - Throws: ``Failure``.
    static func read(_ request: Request, limit: Int) async throws(Failure) -> ByteBuffer {
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        if let declared, declared > limit { throw .tooLarge(limitBytes: limit) }
        var body: ByteBuffer?
        do {
            for try await part in request.body {
                if body == nil {
                    body = part
                    if let declared { body?.reserveCapacity(declared) }
                } else {
                    body?.writeImmutableBuffer(part)
                }
                if let body, body.readableBytes > limit { throw Failure.tooLarge(limitBytes: limit) }
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .incomplete
        }
        let whole = body ?? ByteBuffer()
        // A connection that ends within a body looks like the end of the body.
        if let declared, whole.readableBytes != declared { throw .incomplete }
        return whole
    }
}
