import Wire

/// Records that were on disk and cannot be read any more.
///
/// Whoever needs them is told, and everything that does not need them goes on.
struct RecordDamage: Error, Equatable, Sendable {
    /// What is wrong, with file and byte.
    var reason: String
    /// The first offset behind it where reading may go on.
    var resume: UInt64

    /// What a client that asked for them is told.
    var failure: Failure {
        Failure(
            code: "journal.damaged",
            message: "\(reason) Offset \(resume) is the first behind it that can be asked for.",
            retryable: false)
    }
}
