import Events

/// Something that happened in a world: what the event stream shows.
struct Change: Sendable {
    /// The `event:` of the stream.
    enum Kind: String, Sendable {
        case conversation, message, participant, typing, reservation, task, worker, call, dialing, fault, webhook,
            request, contact, activity
        case crmCase = "case"
    }

    /// What a page does with the resource.
    enum Action: String, Sendable {
        case added, updated, removed
    }

    let kind: Kind
    /// What happened to the resource that follows: `added`, `updated` or `removed`.
    let action: Action
    let at: Timestamp
    /// Makes the `data:`, the resource as it is now; called only when somebody looks, so it captures values, no world.
    let fields: @Sendable (inout JSONFields) -> Void
}
