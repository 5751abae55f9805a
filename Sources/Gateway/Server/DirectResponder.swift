import HTTPTypes
import NIOCore

/// Answers some requests at once, out of memory, without waiting for anything.
protocol DirectResponder: Sendable {
    /// Whether a request with this head is one of them.
    func takes(_ head: HTTPRequest) -> Bool
    /// Called on the connection's event loop, which serves others as well: it has to be quick.
    func answer(_ head: HTTPRequest, body: ByteBuffer) -> WholeAnswer
}
