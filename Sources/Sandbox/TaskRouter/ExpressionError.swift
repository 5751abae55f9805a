/// Why a text is no expression.
struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Characters before the place.
    let position: Int
    let expected: String

    var description: String { "Invalid expression at character \(position): expected \(expected)." }
}
