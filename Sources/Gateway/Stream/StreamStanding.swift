/// Whether a reader's token still counts, for tokens that somebody else can withdraw before their end.
struct StreamStanding: Sendable {
    /// Between two questions.
    let every: Duration
    /// Asks; nil while it counts, and while nobody can tell.
    let check: @Sendable () async -> StreamEnd?
}
