import Directory

/// What somebody wants in force.
struct PublishRequest: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// The draft; with a revision, only if it is at it.
        case draft(expecting: UInt64?)
        /// A version once more.
        case version(Int)
    }

    let content: Content
    let by: Editor
    let note: String?
}

/// A publish that this process has begun or taken over, and must bring to its end.
struct PublishJob: Sendable {
    let state: PublishState
    /// Where the state lies: whoever moves it on does it from there.
    let offset: UInt64
    /// What is to be written; nil: it is in force already, only the lookups are waited for.
    let entries: [DirectoryEntry]?
}
