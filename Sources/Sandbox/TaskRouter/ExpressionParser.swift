import Events

/// Reads an expression by descent: `OR` binds loosest, then `AND`, `NOT`, comparison.
struct ExpressionParser {
    /// Levels of parentheses and `NOT` at most.
    static let maxDepth = 64

    private let tokens: [(token: ExpressionToken, position: Int)]
    private let end: Int
    private var index = 0
    private var depth = 0

    init(_ text: String) throws(ExpressionError) {
        tokens = try ExpressionToken.scan(text)
        end = text.count
    }

    /// The whole text.
    mutating func whole() throws(ExpressionError) -> Expression {
        let expression = try disjunction()
        guard index == tokens.count else { throw expected("AND, OR or the end") }
        return expression
    }

    private mutating func disjunction() throws(ExpressionError) -> Expression {
        var left = try conjunction()
        while takeWord("OR") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(ExpressionError) -> Expression {
        var left = try negation()
        while takeWord("AND") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw expected("at most \(Self.maxDepth) levels") }
        if takeWord("NOT") || take("!") { return .not(try negation()) }
        return try comparison()
    }

    private mutating func comparison() throws(ExpressionError) -> Expression {
        let left = try operand()
        if takeWord("IS") {
            let isNegated = takeWord("NOT")
            guard takeWord("NULL") else { throw expected("NULL") }
            return .comparison(left, isNegated ? .unequal : .equal, .value(.null))
        }
        if let comparison = operatorSymbol() { return .comparison(left, comparison, try operand()) }
        let mark = index
        let isNegated = takeWord("NOT")
        for (word, comparison) in Self.words where takeWord(word) {
            let whole = Expression.comparison(left, comparison, try operand())
            return isNegated ? .not(whole) : whole
        }
        index = mark
        return left
    }

    private static let words: [(String, Expression.Comparison)] = [
        ("IN", .isIn), ("HAS", .has), ("CONTAINS", .contains),
    ]

    private static let symbols: [String: Expression.Comparison] = [
        "==": .equal, "=": .equal, "!=": .unequal, "<>": .unequal, "<": .less, "<=": .lessOrEqual, ">": .greater,
        ">=": .greaterOrEqual,
    ]

    private mutating func operatorSymbol() -> Expression.Comparison? {
        guard index < tokens.count, case .symbol(let symbol) = tokens[index].token,
            let comparison = Self.symbols[symbol]
        else { return nil }
        index += 1
        return comparison
    }

    private mutating func operand() throws(ExpressionError) -> Expression {
        if take("[") { return .list(try items(until: "]")) }
        if take("(") {
            let first = try disjunction()
            if take(")") { return first }
            guard take(",") else { throw expected("a closing parenthesis") }
            return .list([first] + (try items(until: ")")))
        }
        guard index < tokens.count else { throw expected("a value") }
        defer { index += 1 }
        switch tokens[index].token {
        case .string(let text): return .value(.string(text))
        case .number(let number): return .value(.number(number))
        case .symbol: throw expected("a value")
        case .name(let name):
            switch name.uppercased() {
            case "TRUE": return .value(true)
            case "FALSE": return .value(false)
            case "NULL": return .value(.null)
            case "AND", "OR", "NOT", "IN", "HAS", "CONTAINS", "IS": throw expected("a value")
            default: return .name(name.split(separator: ".").map(String.init))
            }
        }
    }

    private mutating func items(until close: String) throws(ExpressionError) -> [Expression] {
        var items: [Expression] = []
        if take(close) { return items }
        repeat { items.append(try operand()) } while take(",")
        guard take(close) else { throw expected("'\(close)'") }
        return items
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard index < tokens.count, tokens[index].token.keyword == word else { return false }
        index += 1
        return true
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard index < tokens.count, tokens[index].token == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    private func expected(_ what: String) -> ExpressionError {
        ExpressionError(position: index < tokens.count ? tokens[index].position : end, expected: what)
    }
}
