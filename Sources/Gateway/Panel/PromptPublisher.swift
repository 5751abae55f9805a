import Bus

/// Publishes what counts now or never: an event that is not taken at once is not taken later either.
protocol PromptPublisher: Sendable {
    /// Publishes an event, unless the Broker is away.
    ///
    /// - Parameter event: The event; its id makes a repeat harmless.
    /// - Returns: What the journal made of it.
    /// - Throws: ``PublishFailure``: with `unavailable` it is certain that nothing was stored or will be.
    func publishNow(_ event: OutgoingEvent) async throws(PublishFailure) -> PromptOutcome
}

/// What the journal made of an event that was published now or never.
enum PromptOutcome: Hashable, Sendable {
    /// On disk, by this or an earlier publish.
    case stored
    /// Another document was there already under its id: this one, which stays.
    case other(document: [UInt8])
}
