import HTTPTypes
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

    /// Whether the request names this machine as its host: a page whose name was made to lead here (DNS rebinding) does
    /// not.
    ///
    /// - Parameter authority: The `Host` header.
    /// - Returns: True for a loopback address and for `localhost`.
    static func isOwnHost(_ authority: String) -> Bool {
        let name =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        guard let address = try? SocketAddress(ipAddress: String(name), port: 0) else { return false }
        return isLoopback(address)
    }

    static func isLoopback(_ address: SocketAddress?) -> Bool {
        switch address {
        case .v4: address?.ipAddress?.hasPrefix("127.") ?? false
        case .v6: ["::1"].contains(address?.ipAddress) || address?.ipAddress?.hasPrefix("::ffff:127.") ?? false
        case .unixDomainSocket: true
        case nil: false
        }
    }
}
