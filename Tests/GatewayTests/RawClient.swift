import NIOCore
import NIOPosix

/// A TCP connection on which a test writes any bytes it likes.
struct RawClient: Sendable {
    private let channel: any Channel
    private let received: AsyncStream<String>

    /// Connects to the loopback interface and closes the connection after `body`.
    static func connect<Value: Sendable>(
        port: Int, _ body: (RawClient) async throws -> Value
    ) async throws -> Value {
        let (received, continuation) = AsyncStream.makeStream(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(host: "localhost", port: port).get()
        let client = RawClient(channel: channel, received: received)
        do {
            let value = try await body(client)
            try? await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Everything that comes until the other side closes, or `isEnough` says so.
    func receive(until isEnough: (String) -> Bool = { _ in false }) async -> String {
        var text = ""
        for await part in received {
            text += part
            if isEnough(text) { break }
        }
        return text
    }

    /// Everything that comes until a text is in it, or the other side closes.
    func receive(until end: String) async -> String {
        await receive { $0.contains(end) }
    }

    /// Hands everything received on; a reset is an end as well.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let continuation: AsyncStream<String>.Continuation

        init(_ continuation: AsyncStream<String>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(String(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) {
            continuation.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
