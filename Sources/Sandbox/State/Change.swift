import Events

/// Something that happened in a world: what the event stream shows.
struct Change: Sendable {
    /// The `event:` of the stream.
    enum Kind: String, Sendable {
        case conversation, message, participant, reservation, task, worker, call, fault, webhook
    }

    let kind: Kind
    /// What happened, in the product's own words: `onMessageAdded`, `reservation.created`, `ringing`.
    let name: String
    let at: Timestamp
    /// Makes the `data:`; called only when somebody looks, so it captures values and no world.
    let fields: @Sendable (inout JSONFields) -> Void
}
