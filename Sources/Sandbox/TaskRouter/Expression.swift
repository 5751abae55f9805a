import Events

/// One of TaskRouter's expressions, ready to be asked.
///
/// The language of queues, workflow filters, workflow targets and `EvaluateTaskAttributes`: comparison (`== = != <> < <= > >=`),
/// `IN`, `NOT IN`, `HAS`, `NOT HAS`, `CONTAINS`, `IS NULL`, `IS NOT NULL`, `AND`, `OR`, `NOT`, parentheses, lists, strings in
/// either quotes, numbers, `true`, `false`, `null` and dotted names. Words of the language are read in any case.
/// A name that is nowhere is null; null is equal to null only, and no order holds for it.
indirect enum Expression: Hashable, Sendable {
    case value(JSONValue)
    case name([String])
    case list([Expression])
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case comparison(Expression, Comparison, Expression)

    enum Comparison: Hashable, Sendable {
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, isIn, has, contains
    }

    /// Parses a text; an empty one holds always, as for a queue without target workers.
    ///
    /// - Throws: ``ExpressionError``, with the position.
    init(parsing text: String) throws(ExpressionError) {
        guard text.contains(where: { !$0.isWhitespace }) else {
            self = .value(true)
            return
        }
        var parser = try ExpressionParser(text)
        self = try parser.whole()
    }

    /// Whether it holds.
    ///
    /// The lookup gives the value of a dotted name, nil when there is none.
    func holds(_ lookup: ([String]) -> JSONValue?) -> Bool {
        switch self {
        case .not(let inner): !inner.holds(lookup)
        case .and(let left, let right): left.holds(lookup) && right.holds(lookup)
        case .or(let left, let right): left.holds(lookup) || right.holds(lookup)
        case .comparison(let left, let comparison, let right):
            Self.compare(left.evaluated(lookup), comparison, right.evaluated(lookup))
        case .value, .name, .list: Self.isTrue(evaluated(lookup))
        }
    }

    /// What an operand stands for.
    func evaluated(_ lookup: ([String]) -> JSONValue?) -> JSONValue {
        switch self {
        case .value(let value): value
        case .name(let path): lookup(path) ?? .null
        case .list(let items): .array(items.map { $0.evaluated(lookup) })
        case .not, .and, .or, .comparison: .bool(holds(lookup))
        }
    }

    private static func isTrue(_ value: JSONValue) -> Bool {
        switch value {
        case .null: false
        case .bool(let value): value
        case .number(let number): number.double != 0
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object: true
        }
    }

    private static func compare(_ left: JSONValue, _ comparison: Comparison, _ right: JSONValue) -> Bool {
        switch comparison {
        case .equal: isEqual(left, right)
        case .unequal: !isEqual(left, right)
        case .isIn: right.array?.contains { isEqual(left, $0) } ?? isEqual(left, right)
        case .has: left.array?.contains { isEqual($0, right) } ?? (left != .null && isEqual(left, right))
        case .contains:
            if let items = left.array {
                items.contains { isEqual($0, right) }
            } else if let text = left.string, let part = right.string {
                part.isEmpty || text.contains(part)
            } else {
                false
            }
        case .less, .lessOrEqual, .greater, .greaterOrEqual: ordered(left, comparison, right)
        }
    }

    /// Numbers compare as numbers also when one stands in quotes, as attributes often have it.
    private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if case .string = left, case .string = right { return left == right }
        if let left = number(left), let right = number(right) { return left == right }
        return left == right
    }

    private static func ordered(_ left: JSONValue, _ comparison: Comparison, _ right: JSONValue) -> Bool {
        if let left = number(left), let right = number(right) { return holds(left, comparison, right) }
        guard let left = left.string, let right = right.string else { return false }
        return holds(left, comparison, right)
    }

    private static func holds<Value: Comparable>(_ left: Value, _ comparison: Comparison, _ right: Value) -> Bool {
        switch comparison {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        default: left >= right
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let number): number.double
        case .string(let text): Double(text)
        default: nil
        }
    }
}
