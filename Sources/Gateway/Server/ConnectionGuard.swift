import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection within its limits: time for head, body and idleness, size of the head, number of connections.
///
/// Stands between the HTTP codec and Hummingbird, with ``ByteArrival`` in front of the codec. What is refused here is
/// answered here, as a problem document, and never reaches Hummingbird.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: ConnectionCount
    private let limits: RequestClock.Limits
    private let retryAfterSeconds: Int
    private var clock: RequestClock
    private var tick: Scheduled<Void>?
    private var isWithinLimit = true
    private var isCounted = false
    /// Requests handed on and not yet answered.
    private var unanswered = 0
    /// Whether the newest request is still being received.
    private var isReceiving = false
    /// Whether the answer being written ends the connection.
    private var answerCloses = false

    init(connections: ConnectionCount, limits: RequestClock.Limits, retryAfterSeconds: Int) {
        self.connections = connections
        self.limits = limits
        self.retryAfterSeconds = retryAfterSeconds
        clock = RequestClock(limits: limits, now: .now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isWithinLimit = connections.opened()
        isCounted = true
        scheduleCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    /// Bytes have come, complete or not: see ``ByteArrival``.
    func bytesArrived() {
        clock.bytesArrived(now: .now)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard clock.phase != .closing else { return }
        switch unwrapInboundIn(data) {
        case .head:
            clock.headArrived(now: .now)
            isReceiving = true
            unanswered += 1
            guard isWithinLimit else {
                var problem = Problem(
                    status: 503, code: "gateway.too_many_connections",
                    detail: "\(connections.limit) connections are open, which is the limit (gateway.max_connections).")
                problem.retryAfterSeconds = retryAfterSeconds
                return refuse(problem, context)
            }
        case .body: break
        case .end:
            isReceiving = false
            clock.endArrived(isAnswered: unanswered == 0, now: .now)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard clock.phase != .closing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            answerCloses = head.headerFields[.connection] == "close"
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            unanswered -= 1
            clock.answered(isReceiving: isReceiving, unanswered: unanswered, now: .now)
            context.write(data, promise: promise)
            if answerCloses { endAfterAnswer(context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // While an earlier request is being answered, or a body is coming, Hummingbird has to deal with it in order.
        guard let parserError = error as? HTTPParserError, unanswered == 0, clock.phase != .closing else {
            context.fireErrorCaught(error)
            return
        }
        let problem =
            parserError == .headerOverflow
            ? Problem(
                status: 431, code: "gateway.header_too_large",
                detail: "The head of the request exceeds its limit (gateway.max_header_bytes).")
            : Problem(status: 400, code: "gateway.malformed_http", detail: "This is not an HTTP/1.1 request.")
        refuse(problem, context)
    }

    /// A quarter of the shortest limit is precise enough, and so one timer per connection need not follow requests.
    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let shortest = min(limits.header, limits.body, limits.idle, limits.linger)
        let interval = TimeAmount(max(shortest / 4, .milliseconds(20)))
        tick = context.eventLoop.assumeIsolated().scheduleTask(in: interval) {
            self.scheduleCheck(context)
            self.check(context)
        }
    }

    private func check(_ context: ChannelHandlerContext) {
        switch clock.verdict(now: .now) {
        case .fine: return
        case .close: context.close(promise: nil)
        case .timeOut:
            refuse(
                Problem(
                    status: 408, code: "gateway.request_timeout",
                    detail: "The request did not arrive in time (gateway.header_timeout_ms, gateway.body_timeout_ms)."),
                context)
        }
    }

    /// Answers in place of Hummingbird and ends the connection.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        var problem = problem
        problem.closesConnection = true
        let body = problem.body
        context.write(wrapOutboundOut(.head(problem.head(contentLength: body.count))), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        endAfterAnswer(context)
    }

    /// Lets the answer out, then reads and drops for a moment: closing with unread bytes would reset the connection
    /// and take the answer with it.
    private func endAfterAnswer(_ context: ChannelHandlerContext) {
        clock.closing(now: .now)
        context.flush()
        if isReceiving || unanswered > 0 {
            context.channel.close(mode: .output, promise: nil)
        } else {
            context.close(promise: nil)
        }
    }

    private func stop() {
        tick?.cancel()
        tick = nil
        if isCounted {
            isCounted = false
            connections.closed()
        }
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

/// Tells ``ConnectionGuard`` of bytes before the codec has made a request of them.
final class ByteArrival: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionGuard

    init(_ connection: ConnectionGuard) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesArrived()
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension ByteArrival: Sendable {}
