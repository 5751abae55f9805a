import Bus
import Events

extension PumpEvent {
    /// The event, ready to be published.
    func outgoing(_ identity: Identity, correlation: String? = nil) throws(EventError) -> OutgoingEvent {
        try OutgoingEvent(event(identity, correlation: correlation))
    }
}
