import Hummingbird
import NIOCore

/// What a request brings besides itself: the connection, for pages that depend on who asks.
struct GatewayContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}
