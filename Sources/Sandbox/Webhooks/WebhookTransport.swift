import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Carries one HTTP request of a webhook.
protocol WebhookTransport: AnyObject {
    /// Sends and tells the outcome once, on the owner's event loop.
    ///
    /// - Returns: Takes it back: its connection is closed, and the outcome is told as one without an answer.
    func send(
        _ request: WebhookHTTPRequest, then: @escaping (WebhookDelivery.Outcome, _ body: [UInt8]) -> Void
    ) -> () -> Void
    func close() -> EventLoopFuture<Void>
}

/// One HTTP request of a webhook.
struct WebhookHTTPRequest {
    var method: RestMethod
    var url: String
    var headers: [(String, String)]
    var body: [UInt8]
    var connectTimeout: Duration
    var totalTimeout: Duration
}

/// Webhooks over AsyncHTTPClient, on the event loop of everything else.
final class HTTPWebhookTransport: WebhookTransport {
    /// Connect timeouts that are told apart, each with a client of its own; further ones use the first.
    private static let maxClients = 8
    /// URLs whose parsed form is kept.
    private static let maxPrototypes = 256

    private let eventLoop: any EventLoop
    private let connections: Int
    private var clients: [Duration: HTTPClient] = [:]
    private var prototypes: [String: HTTPClient.Request] = [:]

    init(eventLoop: any EventLoop, connections: Int) {
        self.eventLoop = eventLoop
        self.connections = connections
    }

    func send(
        _ request: WebhookHTTPRequest, then: @escaping (WebhookDelivery.Outcome, _ body: [UInt8]) -> Void
    ) -> () -> Void {
        guard var outgoing = prototype(request) else {
            eventLoop.assumeIsolated().execute { then(.notConnected, []) }
            return {}
        }
        outgoing.headers = HTTPHeaders(request.headers)
        if request.method != .get { outgoing.body = .byteBuffer(ByteBuffer(bytes: request.body)) }
        let delegate = ResponseAccumulator(request: outgoing, maxBodySize: WebhookPolicy.maxAnswerBytes)
        let task = client(request.connectTimeout).execute(
            request: outgoing, delegate: delegate, eventLoop: .delegateAndChannel(on: eventLoop),
            deadline: .now() + TimeAmount(request.totalTimeout))
        task.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let response):
                let body = response.body.map { Array($0.readableBytesView) } ?? []
                then(.answered(status: Int(response.status.code)), body)
            case .failure(let error): then(Self.outcome(error), [])
            }
        }
        return { task.cancel() }
    }

    func close() -> EventLoopFuture<Void> {
        let open = Array(clients.values)
        clients = [:]
        return EventLoopFuture.andAllComplete(
            open.map { client in
                let promise = eventLoop.makePromise(of: Void.self)
                client.shutdown { error in error.map { promise.fail($0) } ?? promise.succeed() }
                return promise.futureResult
            }, on: eventLoop)
    }

    private static func outcome(_ error: any Error) -> WebhookDelivery.Outcome {
        if error is NIOConnectionError || error is IOError { return .notConnected }
        return (error as? HTTPClientError) == .connectTimeout ? .notConnected : .noAnswer
    }

    /// The request without what differs each time: taking a URL apart costs more than sending it.
    private func prototype(_ request: WebhookHTTPRequest) -> HTTPClient.Request? {
        guard request.method != .get else { return try? HTTPClient.Request(url: request.url, method: .GET) }
        if let known = prototypes[request.url] { return known }
        guard let parsed = try? HTTPClient.Request(url: request.url, method: .POST) else { return nil }
        if prototypes.count < Self.maxPrototypes { prototypes[request.url] = parsed }
        return parsed
    }

    private func client(_ connectTimeout: Duration) -> HTTPClient {
        if let known = clients[connectTimeout] { return known }
        if clients.count >= Self.maxClients, let any = clients.values.first { return any }
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: TimeAmount(connectTimeout))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        let client = HTTPClient(eventLoopGroupProvider: .shared(eventLoop), configuration: configuration)
        clients[connectTimeout] = client
        return client
    }
}
