/// A JSON number as it was written, so that passing one on changes neither digits nor precision.
public struct JSONNumber: Hashable, Sendable {
    /// The literal, in the grammar of RFC 8259 §6.
    public let literal: String

    /// A whole number.
    public init(_ value: some BinaryInteger) {
        literal = String(value)
    }

    /// A floating point number; nil for infinity and NaN, which JSON cannot express.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        literal = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    /// Takes a literal that the parser has checked.
    init(validated literal: String) {
        self.literal = literal
    }

    /// The value when it is whole and fits; `1.0` is not whole here, since it was not written so.
    public var integer: Int64? { Int64(literal) }

    /// The nearest floating point value.
    public var double: Double? { Double(literal) }
}
