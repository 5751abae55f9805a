import Glibc
import Hosting
import NIOCore
import NIOHTTP1

/// Gathers the requests of one connection, hands each to the core and writes what comes back.
///
/// Requests of one connection come one after the other: the codec holds the next back until this one is answered.
final class HTTPExchangeHandler: ChannelInboundHandler, Exchange, ByteSink {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let core: SandboxCore
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: ByteBuffer?
    private var isLocal = false
    private var isTooLarge = false
    private var isStreaming = false

    init(core: SandboxCore) {
        self.core = core
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        core.connections += 1
        isLocal = context.remoteAddress?.ipAddress.map(Loopback.isAddress) ?? false
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if self.context != nil { core.connections -= 1 }
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.context != nil { core.connections -= 1 }
        self.context = nil
        if isStreaming { core.streamEnded(self) }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = nil
            isTooLarge = false
        case .body(var part):
            guard !isTooLarge else { return }
            isTooLarge = (body?.readableBytes ?? 0) + part.readableBytes > RestRequest.maxBodyBytes
            if isTooLarge { body = nil } else if body == nil { body = part } else { body?.writeBuffer(&part) }
        case .end:
            guard let head else { return }
            guard !isTooLarge else {
                let problem = TwilioProblem(status: 413, code: 20413, "Request entity too large")
                return answer(problem.answer, requestID: "")
            }
            core.serve(RawRequest(head: head, body: body, isLocal: isLocal), self)
            body = nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func answer(_ answer: RestAnswer, requestID: String) {
        guard let context, let request = head else { return }
        head = nil
        var fields = HTTPHeaders()
        fields.reserveCapacity(8)
        if answer.status != 204 { fields.add(name: "Content-Type", value: answer.contentType) }
        if answer.status != 304, answer.status != 204 || request.method != .GET {
            fields.add(name: "Content-Length", value: String(answer.body.count))
        }
        if !requestID.isEmpty {
            fields.add(name: "Twilio-Request-Id", value: requestID)
            fields.add(name: "Twilio-Concurrent-Requests", value: String(max(1, core.inFlight)))
        }
        for header in answer.headers { fields.add(name: header.name, value: header.value) }
        if !request.isKeepAlive { fields.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: request.version, status: status, headers: fields))),
            promise: nil)
        if !answer.body.isEmpty, request.method != .HEAD {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body)))), promise: nil)
        }
        let isLast = !request.isKeepAlive
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if isLast { written.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
    }

    func cut() {
        guard let context else { return }
        head = nil
        // With a lingering time of zero the close is a reset, which is what a vanished peer looks like.
        let socket = context.channel as? any SocketOptionProvider
        let reset = socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0)) ?? context.eventLoop.makeSucceededVoidFuture()
        reset.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func beginStream(contentType: String) -> (any ByteSink)? {
        guard let context, let request = head else { return nil }
        isStreaming = true
        let fields: HTTPHeaders = ["Content-Type": contentType, "Cache-Control": "no-store"]
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: request.version, status: .ok, headers: fields))),
            promise: nil)
        return self
    }

    func write(_ bytes: [UInt8]) -> Bool {
        guard let context, context.channel.isWritable else { return false }
        context.writeAndFlush(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
        return true
    }

    func close() {
        context?.close(promise: nil)
    }
}

@available(*, unavailable)
extension HTTPExchangeHandler: Sendable {}
