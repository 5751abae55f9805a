import HTTPTypes
import Hosting
import NIOCore
import NIOHTTPTypes

/// Answers what needs nothing but memory where it arrives: lookups of extensions.
///
/// Stands between ``ConnectionGuard`` and Hummingbird, whose stream of body parts, task switches and asynchronous writes
/// cost several times what a lookup does. Takes only small requests that are nothing special; whatever is pipelined
/// behind a request of Hummingbird's goes the same way, so that answers keep their order.
final class DirectAnswers: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Bytes of a body that is kept here.
    static let maxBodyBytes = 16_384

    private let responder: any DirectResponder
    private var taken: HTTPRequest?
    private var body = ByteBuffer()
    private var date = HTTPDate()
    /// Requests of Hummingbird's that are not yet answered.
    private var elsewhere = 0

    init(_ responder: any DirectResponder) {
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard elsewhere == 0, Self.isPlain(head), responder.takes(head) else {
                elsewhere += 1
                return context.fireChannelRead(data)
            }
            taken = head
            body.clear()
        case .body(var part):
            guard taken != nil else { return context.fireChannelRead(data) }
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
        case .end:
            guard let head = taken else { return context.fireChannelRead(data) }
            taken = nil
            answer(head, context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { elsewhere -= 1 }
        context.write(data, promise: promise)
    }

    /// A body of known, small size on a connection that goes on.
    private static func isPlain(_ head: HTTPRequest) -> Bool {
        guard let length = head.headerFields[.contentLength].flatMap({ Int($0) }) else { return false }
        return length <= maxBodyBytes && head.headerFields[.connection] == nil && head.headerFields[.expect] == nil
    }

    private func answer(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        var answer = responder.answer(head, body: body)
        answer.head.headerFields[.date] = date.text(atSecond: Int(SystemTime.unixNanoseconds() / 1_000_000_000))
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        context.write(wrapOutboundOut(.body(answer.body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

@available(*, unavailable)
extension DirectAnswers: Sendable {}
