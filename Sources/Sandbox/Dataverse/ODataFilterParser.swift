import Events

/// Reads `$filter`.
///
/// `or` binds least, then `and`, `not`, comparisons; parentheses, `contains`, `startswith`, `endswith`, parameter aliases.
/// A value is compared with a column of its own type only: a GUID stands without quotes, a text with them.
struct ODataFilterParser {
    /// Parentheses and `not` within each other at most.
    static let maxDepth = 100
    /// Conditions of one filter at most; the real service has such a limit, its size is general knowledge.
    static let maxConditions = 500

    private enum Operand {
        case column(Int)
        case literal(Literal)
    }

    private enum Literal {
        case null
        case value(DataverseValue)

        var typeName: String {
            switch self {
            case .null: "<null>"
            case .value(.text): "Edm.String"
            case .value(.number): "Edm.Int32"
            case .value(.bool): "Edm.Boolean"
            case .value(.date): "Edm.DateTimeOffset"
            case .value: "Edm.Guid"
            }
        }
    }

    private let table: DataverseTable
    private let expression: String
    /// Values of `@p1` and the like, by name.
    private let aliases: [String: String]
    private var tokens: [ODataToken]
    private var next = 0
    private var depth = 0
    private var conditions = 0

    /// - Parameters:
    ///   - expression: Percent-decoded.
    ///   - table: Whose columns it names.
    ///   - aliases: The parameters of the address that begin with `@`.
    /// - Returns: The condition.
    /// - Throws: ``DataverseProblem`` that says where it is wrong.
    static func parse(
        _ expression: String, table: DataverseTable, aliases: [String: String] = [:]
    ) throws(DataverseProblem) -> ODataFilter {
        var parser = try ODataFilterParser(expression, table, aliases)
        let filter = try parser.or()
        guard parser.next == parser.tokens.count else { throw parser.syntaxError() }
        return filter
    }

    private init(_ expression: String, _ table: DataverseTable, _ aliases: [String: String]) throws(DataverseProblem) {
        self.table = table
        self.expression = expression
        self.aliases = aliases
        tokens = try ODataToken.all(expression)
    }

    private var current: ODataToken.Kind? { next < tokens.count ? tokens[next].kind : nil }

    private func syntaxError() -> DataverseProblem {
        let position = next < tokens.count ? tokens[next].position : expression.utf8.count
        return .query("Syntax error at position \(position) in '\(expression)'.")
    }

    private mutating func take(_ kind: ODataToken.Kind) -> Bool {
        guard current == kind else { return false }
        next += 1
        return true
    }

    private mutating func expect(_ kind: ODataToken.Kind) throws(DataverseProblem) {
        guard take(kind) else { throw syntaxError() }
    }

    private mutating func or() throws(DataverseProblem) -> ODataFilter {
        var parts = [try and()]
        while take(.name("or")) { parts.append(try and()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func and() throws(DataverseProblem) -> ODataFilter {
        var parts = [try unary()]
        while take(.name("and")) { parts.append(try unary()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func unary() throws(DataverseProblem) -> ODataFilter {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw .query("The filter is nested more than \(Self.maxDepth) deep.") }
        if take(.name("not")) { return .not(try unary()) }
        if take(.open) {
            let inner = try or()
            try expect(.close)
            return inner
        }
        conditions += 1
        guard conditions <= Self.maxConditions else {
            throw .query("Number of conditions in query exceeded maximum limit of \(Self.maxConditions).")
        }
        if case .name(let name) = current, next + 1 < tokens.count, tokens[next + 1].kind == .open {
            return try function(name)
        }
        return try comparison()
    }

    private mutating func function(_ name: String) throws(DataverseProblem) -> ODataFilter {
        guard let function = ODataFilter.TextFunction(rawValue: name) else {
            throw .lacking("the function '\(name)' in a filter")
        }
        next += 2
        guard case .name(let column) = current else { throw syntaxError() }
        next += 1
        try expect(.comma)
        guard case .literal(.value(.text(let text))) = try operand() else { throw syntaxError() }
        try expect(.close)
        let position = try self.column(column)
        guard case .text = table.columns[position].kind else {
            throw .query("No function signature for the function with name '\(name)' matches the specified arguments.")
        }
        let condition = ODataFilter.text(function, column: position, folded: FoldedText.bytes(text))
        // `contains(…) eq true` says the same.
        guard case .name(let word) = current, let comparison = ODataFilter.Comparison(rawValue: word) else {
            return condition
        }
        next += 1
        guard case .literal(.value(.bool(let flag))) = try operand(), [.equal, .notEqual].contains(comparison) else {
            throw syntaxError()
        }
        return flag == (comparison == .equal) ? condition : .not(condition)
    }

    private mutating func comparison() throws(DataverseProblem) -> ODataFilter {
        let left = try operand()
        guard case .name(let word) = current, let comparison = ODataFilter.Comparison(rawValue: word) else {
            // A column of truth stands for itself.
            if case .column(let column) = left, table.columns[column].kind == .bool {
                return .compare(column: column, .equal, .bool(true))
            }
            throw syntaxError()
        }
        next += 1
        let right = try operand()
        switch (left, right) {
        case (.column(let column), .literal(let literal)): return try condition(column, comparison, literal)
        case (.literal(let literal), .column(let column)): return try condition(column, comparison.turned, literal)
        case (.column, .column): throw .lacking("comparisons of two columns")
        case (.literal, .literal): throw .query("The filter compares two values at '\(expression)'.")
        }
    }

    private func condition(
        _ column: Int, _ comparison: ODataFilter.Comparison, _ literal: Literal
    ) throws(DataverseProblem) -> ODataFilter {
        guard case .value(let value) = literal else {
            switch comparison {
            case .equal: return .isNull(column: column)
            case .notEqual: return .not(.isNull(column: column))
            default: return .always(false)
            }
        }
        let isOfType =
            switch (table.columns[column].kind, value) {
            case (.text, .text), (.number, .number), (.choice, .number), (.bool, .bool), (.date, .date): true
            case (.guid, .guid), (.lookup, .guid): true
            default: false
            }
        guard isOfType else {
            throw .query(
                "A binary operator with incompatible types was detected. Found operand types "
                    + "'\(table.columns[column].edmType)' and '\(literal.typeName)' for operator kind "
                    + "'\(comparison.operatorKind)'.")
        }
        return .compare(column: column, comparison, value)
    }

    private mutating func operand() throws(DataverseProblem) -> Operand {
        guard let kind = current else { throw syntaxError() }
        next += 1
        switch kind {
        case .name(let name) where name.hasPrefix("@"):
            guard let value = aliases[name] else { throw .query("The parameter alias '\(name)' has no value.") }
            let inner = try ODataToken.all(value)
            guard inner.count == 1, let literal = Self.literal(inner[0].kind) else {
                throw .query("The value of the parameter alias '\(name)' is not a literal.")
            }
            return .literal(literal)
        case .name(let name):
            if let literal = Self.literal(kind) { return .literal(literal) }
            return .column(try column(name))
        default:
            guard let literal = Self.literal(kind) else {
                next -= 1
                throw syntaxError()
            }
            return .literal(literal)
        }
    }

    private static func literal(_ kind: ODataToken.Kind) -> Literal? {
        switch kind {
        case .name("null"): .null
        case .name("true"): .value(.bool(true))
        case .name("false"): .value(.bool(false))
        case .text(let text): .value(.text(text))
        case .number(let digits): Int(digits).map { .value(.number($0)) }
        case .guid(let guid): .value(.guid(guid))
        case .date(let date): .value(.date(date))
        default: nil
        }
    }

    private func column(_ name: String) throws(DataverseProblem) -> Int {
        if name.contains("/") { throw .lacking("conditions on related tables ('\(name)')") }
        guard let position = table.position(name) else { throw .unknownColumn(name, of: table) }
        return position
    }
}
