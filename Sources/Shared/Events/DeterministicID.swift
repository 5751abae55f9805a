/// Event ids made from what the provider says (rule G-3): the same fact, delivered twice or by two routes, gets the
/// same id, and different facts of one source never do.
public enum DeterministicID {
    /// A TaskRouter event: its own `EV…` SID.
    ///
    /// - Parameter event: The `Sid` of the callback.
    /// - Returns: The id.
    public static func taskRouter(event: TaskRouterEventSID) -> EventID {
        EventID(validated: event.text)
    }

    /// A change of a resource that has a SID: the event's name and the SID, and for an edit its date.
    ///
    /// - Parameters:
    ///   - name: The provider's event name, such as `onMessageUpdated`.
    ///   - resource: The SID of the message, participant, conversation, …
    ///   - revision: What tells one edit from the next: `DateUpdated`, `StateUpdated`. Nil when the event can happen to
    ///     the resource only once.
    /// - Returns: The id.
    /// - Throws: ``EventError/idInvalid(sizeBytes:)``.
    public static func change(
        _ name: String, of resource: String, revision: String? = nil
    ) throws(EventError) -> EventID {
        guard let revision else { return try EventID("\(name):\(resource)") }
        return try EventID("\(name):\(resource):\(revision)")
    }

    /// A step of a delivery receipt: receipt and status.
    ///
    /// - Parameters:
    ///   - receipt: The `DeliveryReceiptSid`.
    ///   - status: `sent`, `delivered`, `read`, `failed`, `undelivered`.
    /// - Returns: The id.
    /// - Throws: ``EventError/idInvalid(sizeBytes:)``.
    public static func delivery(receipt: String, status: String) throws(EventError) -> EventID {
        try EventID("\(receipt):\(status)")
    }

    /// A step of a call: call and sequence number.
    ///
    /// - Parameters:
    ///   - call: The `CallSid`.
    ///   - sequence: The `SequenceNumber`, or the `CallStatus` where the sender gives none.
    /// - Returns: The id.
    /// - Throws: ``EventError/idInvalid(sizeBytes:)``.
    public static func call(_ call: String, sequence: String) throws(EventError) -> EventID {
        try EventID("\(call):\(sequence)")
    }
}
