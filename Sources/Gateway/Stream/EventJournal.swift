import Bus

/// What the event stream needs of the bus: to hear that there is something new, and to read it.
protocol EventJournal: Sendable {
    /// Rings when events may have been stored; may ring for nothing, and may miss some.
    func rings() -> AsyncStream<Void>

    /// Reads events of the stream's topics.
    ///
    /// - Parameters:
    ///   - offset: The first one wanted; nil: none, only where the journal ends.
    ///   - limit: Events at most.
    /// - Returns: Events, and where to go on.
    /// - Throws: ``JournalReadFailure``.
    func read(from offset: UInt64?, limit: Int) async throws(JournalReadFailure) -> ReadPage
}

/// Why events could not be read.
enum JournalReadFailure: Error, Hashable, Sendable {
    /// The Broker cannot be asked now.
    case unavailable(code: String)
    /// The journal does not keep these any more, or never had them: it was restored, or the offset is invented.
    case notThere(code: String)
}
