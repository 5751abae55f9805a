public import Events

/// Is told what the client does, for metrics and logs.
///
/// Called on any thread, between a request and its caller: it must not block.
public protocol TwilioObserver: Sendable {
    /// An attempt has ended.
    func attempted(_ attempt: TwilioAttempt)

    /// An account's circuit has changed.
    func circuitChanged(to state: CircuitState, account: AccountSID)
}
