internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Requests over AsyncHTTPClient: one per process, shared by the clients of all accounts, connections kept alive.
///
/// The client runs on a single event loop. So the notice that a request's head has been written comes in order with its
/// failure, and ``TransportFailure/wasSent`` never says that nothing was sent when something was; and no request is
/// handed from one thread to another on its way.
public final class HTTPTransport: TwilioTransport {
    /// How long an unused connection is kept: less than the minute after which servers like to close it.
    static let idleTimeout = TimeAmount.seconds(30)

    private let client: HTTPClient

    /// A client of its own.
    ///
    /// - Parameter configuration: `connect_timeout_ms` and, for the connections to a host, `max_concurrency` of each of
    ///   up to ``accounts`` accounts.
    public init(configuration: TwilioConfiguration) {
        var settings = HTTPClient.Configuration()
        settings.timeout = .init(connect: .nanoseconds(Int64(clamping: configuration.connectTimeout.nanoseconds)))
        // Several accounts share a host; the accounts' own limits are the ones that count.
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            configuration.maxConcurrency * Self.accounts
        settings.connectionPool.idleTimeout = Self.idleTimeout
        // Repeating is decided above, where circuit and deadline are known.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.redirectConfiguration = .disallow
        settings.httpVersion = .http1Only
        settings.decompression = .disabled
        // Nobody here collects traces; the client would begin and end a span for each request.
        settings.tracing.tracer = nil
        settings.http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(GatheringFlush(), position: .first)
            }
        }
        client = HTTPClient(
            eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup.any()), configuration: settings)
    }

    /// Accounts that may use one host at the same time before they wait for each other's connections.
    public static let accounts = 4

    /// Closes the connections, so that calls under way fail; to be called once, last.
    public func shutdown() async {
        try? await client.shutdown()
    }

    public func send(
        _ request: TransportRequest, within timeout: Duration
    ) async throws(TransportFailure) -> TransportResponse {
        let prepared: HTTPClient.Request
        do {
            var headers = HTTPHeaders()
            headers.reserveCapacity(request.headers.count + 3)
            for header in request.headers { headers.add(name: header.name, value: header.value) }
            prepared = try HTTPClient.Request(
                url: request.url, method: HTTPMethod(rawValue: request.method.rawValue), headers: headers,
                body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
        } catch {
            throw TransportFailure(.invalid, wasSent: false, reason: "the request is malformed")
        }
        if Task.isCancelled { throw .cancelled(wasSent: false) }
        let collector = ResponseCollector(limit: request.maxResponseBytes)
        let task = client.execute(
            request: prepared, delegate: collector,
            deadline: .now() + .nanoseconds(Int64(clamping: timeout.nanoseconds)))
        let result: Result<TransportResponse, TransportFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                task.futureResult.whenComplete { result in
                    continuation.resume(
                        returning: result.mapError { TransportFailure($0, wasSent: collector.wasSent) })
                }
            }
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }
}
