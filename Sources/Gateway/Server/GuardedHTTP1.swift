import HummingbirdCore
import Logging
import NIOCore

/// Hummingbird's HTTP/1.1 channel with ``ConnectionGuard`` and ``DirectAnswers`` in it.
struct GuardedHTTP1: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let responder: HTTPChannelHandler.Responder
    private let limits: GatewayLimits
    private let connections: ConnectionCount
    private let direct: any DirectResponder

    init(
        responder: @escaping HTTPChannelHandler.Responder, direct: any DirectResponder, limits: GatewayLimits,
        connections: ConnectionCount
    ) {
        self.responder = responder
        self.direct = direct
        self.limits = limits
        self.connections = connections
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let connection = ConnectionGuard(
                connections: connections,
                limits: RequestClock.Limits(
                    header: limits.headerTimeout, body: limits.bodyTimeout, idle: limits.idleTimeout),
                retryAfterSeconds: limits.retryAfterSeconds)
            try channel.pipeline.syncOperations.addHandler(ByteArrival(connection))
            return NIOLoopBound(connection, eventLoop: channel.eventLoop)
        }.flatMap { connection in
            http1(with: connection).setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            await http1(with: nil).handle(value: value, logger: logger)
        }
    }

    private func http1(with connection: NIOLoopBound<ConnectionGuard>?) -> HTTP1Channel {
        HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: connection.map { [$0.value, DirectAnswers(direct)] } ?? [],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.maxHeaderBytes, maxHeaderListSize: limits.maxHeaderBytes,
                    maxHeaderFieldCount: 128)))
    }
}
