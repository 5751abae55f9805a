public import Events

/// A webhook as an event, in the pieces a publisher needs: the document is written once and never parsed again.
public struct TranslatedEvent: Hashable, Sendable {
    /// What kind of fact it is.
    public let topic: Topic
    /// The ordering key, in UTF-8.
    public let key: [UInt8]
    /// Source, line feed, id, in UTF-8: what the Broker deduplicates on.
    public let recordID: [UInt8]
    /// The CloudEvents document.
    ///
    /// A function of the webhook's content alone: a retry, or a second route that brings the same fact, gives the same
    /// bytes and is a duplicate for the Broker, not a conflict.
    public let document: [UInt8]
    /// The provider's name of the event: `reservation.created`, `onMessageAdded`, `ringing`.
    public let eventName: String
    /// The account the body claims.
    ///
    /// The caller must check that it is the one of the route's project.
    public let accountSID: String
    /// Which try of the delivery this is, where the product says so; 0 for the first.
    public let retryCount: Int?
    /// Whether the id comes from the fact itself.
    ///
    /// If not, the provider offers nothing to tell it by, and only deliveries with the same idempotency token are
    /// recognised as repeats.
    public let hasContentKey: Bool
}
