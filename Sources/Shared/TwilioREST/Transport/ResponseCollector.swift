internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Gathers one answer, and remembers whether its request has begun to leave.
///
/// `@unchecked Sendable`: the client runs on one event loop (see ``HTTPTransport``), which alone calls the methods here and
/// the completion that reads ``wasSent``.
final class ResponseCollector: HTTPClientResponseDelegate, @unchecked Sendable {
    typealias Response = TransportResponse

    /// The answer is larger than the limit.
    struct TooLarge: Error {
        let limit: Int
    }

    private let limit: Int
    private var status = 0
    private var headers: [ResponseHeader: String] = [:]
    private var body: [UInt8] = []
    /// Whether bytes of the request may have left.
    private(set) var wasSent = false

    init(limit: Int) {
        self.limit = limit
    }

    func didSendRequestHead(task: HTTPClient.Task<TransportResponse>, _ head: HTTPRequestHead) {
        wasSent = true
    }

    func didReceiveHead(
        task: HTTPClient.Task<TransportResponse>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        status = Int(head.status.code)
        for header in ResponseHeader.allCases {
            if let value = head.headers.first(name: header.rawValue) { headers[header] = value }
        }
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }) {
            guard length <= limit else { return task.eventLoop.makeFailedFuture(TooLarge(limit: limit)) }
            body.reserveCapacity(length)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<TransportResponse>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        guard body.count + buffer.readableBytes <= limit else {
            return task.eventLoop.makeFailedFuture(TooLarge(limit: limit))
        }
        body.append(contentsOf: buffer.readableBytesView)
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<TransportResponse>) -> TransportResponse {
        TransportResponse(status: status, headers: headers, body: body)
    }
}
