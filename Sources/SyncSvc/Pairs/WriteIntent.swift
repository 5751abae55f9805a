import Events

/// Says that messages may be written to one side of a pair: made durable before the first of them is sent.
///
/// Whoever finds one that he did not make does not know what became of it: he looks for the copies, and writes what is
/// missing only after ``until``, when a write that was begun has ended at the provider or never will.
struct WriteIntent: Hashable, Sendable {
    /// The side written to.
    var side: Side
    /// The messages that are copied, in order, by their SIDs on the other side.
    var sources: [MessageSID]
    /// The cursor of ``side`` when the intent was made: copies have a higher index.
    var floor: Int
    /// After it no write of this intent takes effect any more.
    var until: Timestamp
}
