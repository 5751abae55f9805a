import Events

/// Names a record of the draft for as long as it lives, whatever becomes of its number: `ex_` and 16 hexadecimal digits.
///
/// The digits begin with the time of creation, so that new records come last in the map and cost no shifting there.
struct RecordID: Hashable, Sendable, Comparable {
    static let prefix = "ex_"
    static let digits = 16

    let text: String

    /// Reads an id; nil when it is none.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.prefix.utf8.count + Self.digits, text.hasPrefix(Self.prefix),
            text.utf8.dropFirst(Self.prefix.utf8.count).allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }
            )
        else { return nil }
        self.text = String(text)
    }

    /// Makes an id: 44 bits of milliseconds, 20 random ones.
    init(now: Timestamp, using random: inout some RandomNumberGenerator) {
        let milliseconds = now.unixNanoseconds / 1_000_000
        self.init(bits: milliseconds << 20 | UInt64.random(in: 0..<(1 << 20), using: &random))
    }

    /// The id after this one: those of one request follow each other.
    var next: RecordID {
        let bits = UInt64(text.dropFirst(Self.prefix.utf8.count), radix: 16) ?? 0
        return RecordID(bits: bits &+ 1)
    }

    private init(bits: UInt64) {
        let digits = String(bits, radix: 16)
        text = Self.prefix + String(repeating: "0", count: max(0, Self.digits - digits.utf8.count)) + digits
    }

    static func < (left: RecordID, right: RecordID) -> Bool { left.text < right.text }
}
