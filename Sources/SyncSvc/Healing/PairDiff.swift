import Events

/// What differs between the two conversations of a pair, found from a listing of each.
///
/// Every message is written on one side and has one copy on the other. Both sides are append-only and are written to at
/// the same time, so a question and an answer may stand in either order; the copies of one side's messages must stand
/// in the order of that side.
struct PairDiff: Hashable, Sendable {
    /// Something that is not as it should be.
    enum Finding: Hashable, Sendable {
        /// A message of `side` has no copy on the other side.
        case missing(side: Side, message: String, created: Timestamp?)
        /// A copy on `side` of a message that has an earlier copy there.
        case doubled(side: Side, copy: String, of: String)
        /// A copy on `side` does not say what its original says now.
        case edited(side: Side, copy: String, of: String)
        /// A copy on `side` whose original is gone.
        case orphaned(side: Side, copy: String, of: String)
        /// Copies on `side` that stand out of the order of their originals.
        case misordered(side: Side, copies: [String])
    }

    let findings: [Finding]
    /// Of each side's own messages, in order.
    let originals: [Side: PairDigest]
    /// Of the copies of each side's messages, in order, on the other side.
    let copies: [Side: PairDigest]

    /// Compares two listings.
    ///
    /// - Parameters:
    ///   - flex: All messages of the Flex conversation, or those from an index on.
    ///   - frontline: The same of the Frontline conversation.
    ///   - begins: From which index on each side's own messages have to be copied: those before it were there when the
    ///     samples' link was adopted and count as copied.
    ///   - isWhole: Whether the listings begin with the first message. Only then is a copy without an original known to
    ///     be an orphan.
    init(
        flex: [ListedMessage], frontline: [ListedMessage], begins: [Side: Int] = [:], isWhole: Bool = true
    ) {
        let listings: [Side: [ListedMessage]] = [
            .flex: flex.sorted { $0.index < $1.index }, .frontline: frontline.sorted { $0.index < $1.index },
        ]
        var findings: [Finding] = []
        var originals: [Side: PairDigest] = [:]
        var copies: [Side: PairDigest] = [:]
        for side in Side.allCases {
            let comparison = Comparison(
                side: side, originals: (listings[side] ?? []).filter(\.isOriginal),
                others: listings[side.other] ?? [], begin: begins[side] ?? 0, isWhole: isWhole)
            findings += comparison.findings
            originals[side] = comparison.originalDigest
            copies[side] = comparison.copyDigest
        }
        self.findings = findings
        self.originals = originals
        self.copies = copies
    }

    /// Whether both sides say the same, once and in order.
    var isEqual: Bool { findings.isEmpty }

    /// How many messages are missing on a side.
    var missing: Int { findings.count { if case .missing = $0 { true } else { false } } }

    /// For how long the oldest missing message has been missing.
    ///
    /// - Parameter now: The current moment.
    /// - Returns: Zero when nothing is missing, or when nothing tells since when.
    func drift(at now: Timestamp) -> Duration {
        let oldest = findings.compactMap { finding in
            if case .missing(_, _, let created) = finding { created } else { nil }
        }.min()
        guard let oldest, oldest < now else { return .zero }
        return .nanoseconds(Int64(clamping: now.unixNanoseconds - oldest.unixNanoseconds))
    }
}

/// A number that is equal for equal sequences of messages, and with all likelihood for no others.
struct PairDigest: Hashable, Sendable {
    private(set) var count = 0
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Takes the next message.
    mutating func add(source: String, digest: UInt64) {
        count += 1
        for byte in source.utf8 { mix(UInt64(byte)) }
        mix(digest)
    }

    private mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    /// Count and digest, for people to compare.
    var text: String {
        let digits = String(value, radix: 16)
        return "\(count)/" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
