/// What became of a whole `settle`.
public enum SettleStatus: UInt8, Sendable {
    /// Journalled and synced; without the atomic flag single outcomes may still be fenced.
    case done = 0
    /// Atomic, and a delivery in it was superseded: nothing was done.
    case fenced = 1
    /// Atomic, and a map entry was at another revision: nothing was done.
    case revisionMismatch = 2
    /// Nothing was done; may succeed later.
    case refused = 3
    /// Nothing was done and never will be.
    case rejected = 4
}

/// What became of one outcome of a `settle`.
public enum OutcomeStatus: UInt8, Sendable {
    case done = 0
    /// The delivery was superseded, settled before or never this member's.
    case fenced = 1
    /// A `term` of an event whose record cannot be read any more, so that no dead letter can keep it: its delivery was
    /// taken back, and the event comes again when the record can be read. A transaction with it is refused.
    case unreadable = 2
}

/// What became of one map write: its new revision, or the current one (0: no entry) when it does not match.
public struct MapWriteResult: Equatable, Sendable {
    public var matches: Bool
    public var revision: UInt64

    public init(matches: Bool, revision: UInt64) {
        self.matches = matches
        self.revision = revision
    }
}

/// Body of `settled`.
///
/// Layout: `u8 status, u8 0, u16 reason length, u32 outcomes, u32 writes`, outcomes × `u8`,
/// writes × (`u8 0 = matches, 1 = mismatch`, 7 zero bytes, `u64 revision`), the runs of ``PublishedBody``, the reason.
public struct SettledBody: Equatable, Sendable {
    public var status: SettleStatus
    public var outcomes: [OutcomeStatus]
    public var publishes: [PublishRun]
    public var writes: [MapWriteResult]
    /// `code: sentence`, empty when done.
    public var reason: String

    public init(
        status: SettleStatus, outcomes: [OutcomeStatus], publishes: [PublishRun] = [], writes: [MapWriteResult] = [],
        reason: String = ""
    ) {
        self.status = status
        self.outcomes = outcomes
        self.publishes = publishes
        self.writes = writes
        self.reason = reason
    }

    /// Appends it.
    public func encode(into out: inout [UInt8]) {
        let reason = Array(self.reason.utf8.prefix(1_024))
        out.put(u8: status.rawValue)
        out.put(u8: 0)
        out.put(u16: UInt16(reason.count))
        out.put(u32: UInt32(outcomes.count))
        out.put(u32: UInt32(writes.count))
        for outcome in outcomes { out.put(u8: outcome.rawValue) }
        for write in writes {
            out.put(u8: write.matches ? 0 : 1)
            out.append(contentsOf: [0, 0, 0, 0, 0, 0, 0])
            out.put(u64: write.revision)
        }
        PublishedBody.encode(publishes, into: &out)
        out.append(contentsOf: reason)
    }

    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        guard let status = SettleStatus(rawValue: reader.u8()) else { throw .malformed(what: "settle status") }
        self.status = status
        reader.skip(1)
        let reasonLength = Int(reader.u16())
        let outcomeCount = Int(reader.u32())
        let writeCount = Int(reader.u32())
        guard reader.isValid, outcomeCount <= reader.remaining, writeCount <= reader.remaining / 16 else {
            throw .truncated(what: "settle result")
        }
        outcomes = reader.raw(outcomeCount).map { OutcomeStatus(rawValue: $0) ?? .fenced }
        writes = []
        for _ in 0..<writeCount {
            let matches = reader.u8() == 0
            reader.skip(7)
            writes.append(MapWriteResult(matches: matches, revision: reader.u64()))
        }
        publishes = try PublishedBody.decode(&reader)
        reason = reader.text(reasonLength)
        guard reader.isValid else { throw .truncated(what: "settle result") }
    }
}
