internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

extension TransportFailure {
    /// What an error of AsyncHTTPClient or below it means.
    init(_ error: any Error, wasSent: Bool) {
        switch error {
        case let error as ResponseCollector.TooLarge:
            self.init(.tooLarge(limitBytes: error.limit), wasSent: true, reason: "the answer is too large")
        case let error as HTTPClientError: self.init(client: error, wasSent: wasSent)
        case is HTTPParserError: self.init(.malformed, wasSent: wasSent, reason: "the answer is no HTTP")
        default:
            // Errors of sockets, of the resolver, of TLS. Their texts name addresses, not people.
            let kind: Kind = wasSent ? .connectionLost : .connect
            self.init(kind, wasSent: wasSent, reason: Self.reason(error, wasSent: wasSent))
        }
    }

    static func cancelled(wasSent: Bool) -> TransportFailure {
        TransportFailure(.cancelled, wasSent: wasSent, reason: "cancelled")
    }

    private init(client error: HTTPClientError, wasSent: Bool) {
        switch error {
        case .cancelled: self = .cancelled(wasSent: wasSent)
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(.deadline, wasSent: wasSent, reason: "no answer in time")
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
            self.init(.connect, wasSent: wasSent, reason: "no connection in time")
        case .remoteConnectionClosed, .uncleanShutdown:
            self.init(.connectionLost, wasSent: wasSent, reason: "the connection was closed")
        case .alreadyShutdown: self.init(.connect, wasSent: wasSent, reason: "the transport was shut down")
        default: self.init(wasSent ? .connectionLost : .invalid, wasSent: wasSent, reason: error.shortDescription)
        }
    }

    private static func reason(_ error: any Error, wasSent: Bool) -> String {
        switch error {
        case let error as IOError: "\(wasSent ? "the connection broke" : "no connection"), errno \(error.errnoCode)"
        case is ChannelError: wasSent ? "the connection broke" : "no connection"
        default: "\(wasSent ? "the connection broke" : "no connection"): \(type(of: error))"
        }
    }
}
