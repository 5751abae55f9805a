public import Wire

/// What ``Journal/verify(directory:progress:)`` found.
public struct VerifyReport: Sendable, Equatable {
    /// One place that is not as it should be.
    public struct Problem: Sendable, Equatable {
        /// What the next start makes of it.
        public enum Kind: String, Sendable {
            /// It refuses: events that were on disk are damaged or missing.
            case refused
            /// It goes on without them: who reads these events is told that they are damaged.
            case unreadable
            /// It cuts the bytes off: a write that was torn by an unclean stop.
            case truncatable
            /// It makes the sidecar anew.
            case sidecar
        }

        public var file: String
        public var byte: UInt64
        public var kind: Kind
        public var reason: String
    }

    public var journalID: JournalID?
    /// Whether a process has the journal open; what it is writing at the moment is no problem then.
    public var isLive = false
    public var ownerPID: Int32?
    /// Whether the last segment ends in the footer of a clean close.
    public var isClean = false
    public var segments = 0
    public var batches: UInt64 = 0
    public var records: UInt64 = 0
    public var bytes: UInt64 = 0
    public var firstOffset: UInt64 = 0
    public var end: UInt64 = 0
    public var problems: [Problem] = []

    /// Whether the next start refuses.
    public var isRefused: Bool { problems.contains { $0.kind == .refused } }

    /// Whether every event is there: sidecars do not count.
    public var isIntact: Bool { problems.allSatisfy { $0.kind == .sidecar } }
}

extension VerifyReport.Problem: CustomStringConvertible {
    public var description: String { "\(file), byte \(byte): \(reason) [\(kind.rawValue)]" }
}
