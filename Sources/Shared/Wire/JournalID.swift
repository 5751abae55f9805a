/// Names one journal for ever: 128 random bits made with it.
///
/// A cursor of another journal is refused.
public struct JournalID: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new one.
    public static func random() -> JournalID {
        var source = SystemRandomNumberGenerator()
        return JournalID(high: source.next(), low: source.next())
    }

    /// 32 lower-case hexadecimal digits.
    public var description: String {
        func hex(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return hex(high) + hex(low)
    }
}
