public import Wire

/// Whether there is a session with the Broker.
public enum BusState: Equatable, Sendable {
    /// There is none yet, or not any more; the client keeps trying.
    case connecting(lastError: String?)
    /// There is one, with these limits.
    case connected(Welcome)
    /// The connection was shut down and does not come back.
    case closed

    /// The session's welcome.
    public var welcome: Welcome? {
        if case .connected(let welcome) = self { welcome } else { nil }
    }
}
