/// Decides what a tap may show at once, what it has shown already, and what it must read back first.
///
/// The live tap drops messages for a slow reader; the journal has them all. Three things show a loss: the offset of the
/// topic's previous record, which each message carries; `sys.tap.head`, which tells each second where the journal ends;
/// and its absence. Until a head has come (after the start, and after a silence) it is not certain that the subscription
/// is in force: then messages are only hints that there is something to read.
///
/// A head that comes in calm times is trusted without reading, so that a tap costs the Broker nothing. What was lost even
/// so shows with the next message of its topic; then everything trusted in the last half hour is read once more.
struct GapTracker: Sendable {
    enum Verdict: Equatable, Sendable {
        case show
        /// It has been shown.
        case skip
        /// Read everything that matches in the range, show what ``GapTracker/readBack(topic:offset:)`` calls new, then
        /// ``GapTracker/advance(over:)``; the message is in it.
        case readAll(Range<UInt64>)
        /// Read this topic's records in the range and show them, then the message: none was shown before.
        case readTopic(Range<UInt64>)
    }

    /// No record of the topic came before.
    static let none = UInt64.max
    /// Messages between two heads above which a queue may have overflowed: half of what `BusTap` holds.
    static let burst = 5_000
    /// Heads, one a second, after which what was trusted is not doubted any more.
    static let headsTrusted = 1_800

    /// Everything below has been shown, or was trusted not to be missing.
    private(set) var position: UInt64
    /// Everything below has certainly been shown, or was trusted for long.
    private var verified: UInt64
    /// Where ``verified`` moves next.
    private var anchor: UInt64
    private var headsSinceAnchor = 0
    private var isConfirmed = false
    /// The last offset shown by topic; as many as there are topics.
    private var shown: [String: UInt64] = [:]
    private var sinceHead = 0
    private var lostSinceHead = false

    init(position: UInt64) {
        self.position = position
        verified = position
        anchor = position
    }

    /// Judges a message of the live tap.
    ///
    /// - Parameters:
    ///   - topic: Of the message.
    ///   - offset: Of its record.
    ///   - previous: Offset of the record before on the same topic; ``none`` when it is not known.
    /// - Returns: What to do with it.
    mutating func live(topic: String, offset: UInt64, previous: UInt64) -> Verdict {
        sinceHead += 1
        let expected = max(shown[topic].map { $0 + 1 } ?? 0, verified)
        guard offset >= max(expected, position) else { return .skip }
        guard isConfirmed else { return .readAll(position..<offset + 1) }
        shown[topic] = offset
        guard previous != Self.none, previous >= expected else { return .show }
        lostSinceHead = true
        return .readTopic(expected..<previous + 1)
    }

    /// Takes the end of the journal as `sys.tap.head` tells it.
    ///
    /// - Returns: What must be read as for ``Verdict/readAll(_:)``, if the messages below it may not all have come.
    mutating func head(end: UInt64) -> Range<UInt64>? {
        let isSure = isConfirmed && sinceHead < Self.burst && !lostSinceHead
        let from = lostSinceHead ? verified : position
        isConfirmed = true
        sinceHead = 0
        lostSinceHead = false
        guard end > from else { return nil }
        guard isSure else { return from..<end }
        trust(end)
        return nil
    }

    private mutating func trust(_ end: UInt64) {
        position = max(position, end)
        headsSinceAnchor += 1
        guard headsSinceAnchor >= Self.headsTrusted else { return }
        verified = anchor
        anchor = position
        headsSinceAnchor = 0
    }

    /// Whether a record that was read back is new; marks it as shown.
    mutating func readBack(topic: String, offset: UInt64) -> Bool {
        guard offset >= verified, shown[topic].map({ offset > $0 }) ?? true else { return false }
        shown[topic] = offset
        return true
    }

    /// Says that everything in the range has been read and shown.
    mutating func advance(over range: Range<UInt64>) {
        if range.lowerBound <= verified, range.upperBound > verified {
            verified = range.upperBound
            anchor = range.upperBound
            headsSinceAnchor = 0
        }
        position = max(position, range.upperBound)
    }

    /// Says that no head came for so long that the connection must have been lost.
    mutating func silence() {
        isConfirmed = false
    }
}
