import NIOCore
import NIOPosix
import Synchronization

/// A server on a free port that reads whole requests and answers with raw bytes, as a test tells it.
final class RawServer: Sendable {
    /// What to do with a request.
    enum Reply: Sendable {
        case send(String)
        /// Sends and closes the connection.
        case sendAndClose(String)
        /// Nothing, the connection stays open.
        case silence
        case close
    }

    private struct State {
        var requests: [String] = []
        var connections = 0
        var reads = 0
    }

    private let channel: any Channel
    private let log: Log

    /// What has arrived.
    final class Log: Sendable {
        private let state = Mutex(State())

        var requests: [String] { state.withLock { $0.requests } }
        var connections: Int { state.withLock { $0.connections } }

        /// How often something was there to be read.
        var reads: Int { state.withLock { $0.reads } }

        func read() { state.withLock { $0.reads += 1 } }

        func connected() { state.withLock { $0.connections += 1 } }

        /// Adds a request and gives its number, from 0.
        func add(_ request: String) -> Int {
            state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
        }
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [String] { log.requests }
    /// Connections that were made to it.
    var connections: Int { log.connections }
    /// Reads that the requests took.
    var reads: Int { log.reads }

    /// Begins to listen.
    ///
    /// - Parameter reply: What to do with the request of this number.
    /// - Throws: ``TwilioError``.
    init(_ reply: @escaping @Sendable (Int, String) -> Reply) async throws {
        let log = Log()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                log.connected()
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(log: log, reply: reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async { try? await channel.close() }

    /// An HTTP answer with a JSON body.
    static func json(_ status: Int, _ body: String, _ headers: String = "") -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nTwilio-Request-Id: RQ\(status)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let log: Log
        private let reply: @Sendable (Int, String) -> Reply
        private var text = ""

        init(log: Log, reply: @escaping @Sendable (Int, String) -> Reply) {
            self.log = log
            self.reply = reply
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            log.read()
            text += String(buffer: unwrapInboundIn(data))
            while let request = takeRequest() {
                switch reply(log.add(request), request) {
                case .send(let bytes): write(bytes, context)
                case .sendAndClose(let bytes):
                    write(bytes, context)
                    context.close(promise: nil)
                case .silence: break
                case .close: context.close(promise: nil)
                }
            }
        }

        private func write(_ bytes: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes)), promise: nil)
        }

        private func takeRequest() -> String? {
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let head = text[..<end.lowerBound].lowercased()
            let length =
                head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
            guard text[end.upperBound...].utf8.count >= length else { return nil }
            let stop = text.utf8.index(end.upperBound, offsetBy: length)
            defer { text = String(text[stop...]) }
            return String(text[..<stop])
        }
    }
}
