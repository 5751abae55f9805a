import HTTPTypes
import Hosting
import Hummingbird
import NIOCore

/// How much a peer may see of pages about the Gateway itself.
///
/// Figures and configured URLs are for the machine's own users: peers on the loopback interface whose request no proxy
/// has passed on. A proxy on the same machine also comes from loopback, so a request with `Forwarded` or
/// `X-Forwarded-For` never counts as local.
enum PeerScope: Hashable, Sendable {
    case local, remote

    init(_ request: Request, _ context: GatewayContext) {
        let isForwarded = request.headers[.forwarded] != nil || request.headers[.forwardedFor] != nil
        self = !isForwarded && Self.isLoopback(context.channel.remoteAddress) ? .local : .remote
    }

    static func isLoopback(_ address: SocketAddress?) -> Bool {
        if case .unixDomainSocket = address { return true }
        return address?.ipAddress.map(Loopback.isAddress) ?? false
    }
}
