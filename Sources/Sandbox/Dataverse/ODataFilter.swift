import Events

/// A condition on the rows of one table, with its names looked up and its values of the columns' types.
indirect enum ODataFilter: Equatable, Sendable {
    enum Comparison: String, Sendable {
        case equal = "eq"
        case notEqual = "ne"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case less = "lt"
        case lessOrEqual = "le"

        /// The same with its sides exchanged.
        var turned: Comparison {
            switch self {
            case .equal, .notEqual: self
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            }
        }

        /// How its operator is called in refusals.
        var operatorKind: String {
            switch self {
            case .equal: "Equal"
            case .notEqual: "NotEqual"
            case .greater: "GreaterThan"
            case .greaterOrEqual: "GreaterThanOrEqual"
            case .less: "LessThan"
            case .lessOrEqual: "LessThanOrEqual"
            }
        }
    }

    enum TextFunction: String, Sendable {
        case contains
        case startsWith = "startswith"
        case endsWith = "endswith"
    }

    case and([ODataFilter])
    case or([ODataFilter])
    case not(ODataFilter)
    /// A text is folded.
    case compare(column: Int, Comparison, DataverseValue)
    case isNull(column: Int)
    case text(TextFunction, column: Int, folded: [UInt8])
    case always(Bool)

    /// Whether a row meets the condition.
    ///
    /// What is empty differs from every value and is neither above nor below one.
    func matches(_ row: DataverseRow, _ table: DataverseTable) -> Bool {
        switch self {
        case .and(let parts): parts.allSatisfy { $0.matches(row, table) }
        case .or(let parts): parts.contains { $0.matches(row, table) }
        case .not(let part): !part.matches(row, table)
        case .always(let flag): flag
        case .isNull(let column): row.value(column, table) == nil
        case .compare(let column, let comparison, let value):
            Self.compare(row.value(column, table), comparison, value)
        case .text(let function, let column, let folded) where LikePattern.isPattern(folded):
            if case .text(let text) = row.value(column, table) {
                LikePattern.matches(FoldedText.bytes(text), function.pattern(folded))
            } else {
                false
            }
        case .text(let function, let column, let folded):
            if case .text(let text) = row.value(column, table) {
                FoldedText.with(text) { Self.text($0, function, folded) }
            } else {
                false
            }
        }
    }

    private static func compare(_ left: DataverseValue?, _ comparison: Comparison, _ right: DataverseValue) -> Bool {
        guard let left else { return comparison == .notEqual }
        let order = left.compared(with: right)
        return switch comparison {
        case .equal: order == 0
        case .notEqual: order != 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        }
    }

    private static func text(_ text: FoldedText.Bytes, _ function: TextFunction, _ folded: [UInt8]) -> Bool {
        switch function {
        case .contains: text.contains(folded)
        case .startsWith: text.has(folded, at: 0)
        case .endsWith: text.has(folded, at: text.count - folded.count)
        }
    }

    /// Values one of which a row must have to match; nil when the condition does not say so.
    var terms: [(column: Int, value: DataverseValue)]? {
        switch self {
        case .compare(let column, .equal, let value): return [(column, value)]
        case .or(let parts):
            var all: [(column: Int, value: DataverseValue)] = []
            for part in parts {
                guard let terms = part.terms else { return nil }
                all += terms
            }
            return all
        case .and(let parts): return parts.compactMap(\.terms).min { $0.count < $1.count }
        default: return nil
        }
    }
}

extension DataverseValue {
    /// Below zero when it comes before the other one, which is of the same type; texts without regard to case.
    func compared(with other: DataverseValue) -> Int {
        func order<Key: Comparable>(_ left: Key, _ right: Key) -> Int { left < right ? -1 : left == right ? 0 : 1 }
        switch (self, other) {
        case (.number(let left), .number(let right)): return order(left, right)
        case (.bool(let left), .bool(let right)): return order(left ? 1 : 0, right ? 1 : 0)
        case (.date(let left), .date(let right)):
            return order(left.wholeSeconds.unixNanoseconds, right.wholeSeconds.unixNanoseconds)
        case (.text(let left), .text(let right)):
            if left == right { return 0 }
            let (left, right) = (FoldedText.bytes(left), FoldedText.bytes(right))
            return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        default:
            guard let left = guid, let right = other.guid else { return -1 }
            return order(left, right)
        }
    }

    /// What a GUID or a lookup says.
    var guid: GUID? {
        switch self {
        case .guid(let guid), .lookup(let guid, _): guid
        default: nil
        }
    }
}
