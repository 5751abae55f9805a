import Events

/// What an address asks of a table: `$filter`, `$select`, `$orderby`, `$top`, `$count`, `$expand`, the page.
struct DataverseQuery: Sendable {
    /// Rows of an answer at most, and the most that `@odata.count` says.
    static let maxRows = 5_000

    /// A related table whose rows come along.
    struct Expansion: Sendable {
        let name: String
        let select: [Int]?
        /// nil for the parties of a call.
        let navigation: DataverseTable.Navigation?
    }

    var filter: ODataFilter?
    /// Columns in the order asked for; nil for all.
    var select: [Int]?
    var order: [(column: Int, isDescending: Bool)] = []
    var top: Int?
    var countsRows = false
    var expansions: [Expansion] = []
    /// Rows that earlier pages had.
    var skipped = 0
    /// Rows of a page, by `Prefer: odata.maxpagesize`; with `$top` it does not count, as far as is known.
    var pageSize = maxRows

    /// One option of an address, percent-decoded; a `+` that came as it is has become a space.
    typealias Option = (name: String, value: String)

    init() {}

    /// Reads the options of an address; a name without `$` that begins with `@` is an alias.
    ///
    /// - Throws: ``DataverseProblem``.
    init(_ options: [Option], table: DataverseTable, pageSize: Int?) throws(DataverseProblem) {
        self.pageSize = min(max(1, pageSize ?? Self.maxRows), Self.maxRows)
        var aliases: [String: String] = [:]
        var seen: Set<String> = []
        for entry in options {
            if entry.name.hasPrefix("@") { aliases[entry.name] = entry.value }
            guard entry.name.hasPrefix("$") else { continue }
            guard seen.insert(entry.name).inserted else {
                throw .query(
                    "Query option '\(entry.name)' was specified more than once, but it must be specified at most once.")
            }
        }
        for entry in options where entry.name.hasPrefix("$") {
            switch entry.name {
            case "$filter": filter = try ODataFilterParser.parse(entry.value, table: table, aliases: aliases)
            case "$select": select = try Self.select(entry.value, table)
            case "$orderby": order = try Self.order(entry.value, table)
            case "$top": top = try Self.number(entry)
            case "$count":
                guard ["true", "false"].contains(entry.value) else { throw Self.invalid(entry) }
                countsRows = entry.value == "true"
            case "$expand": expansions = try Self.expansions(entry.value, table)
            case "$skiptoken": skipped = try DataversePage.skipped(entry.value)
            case "$skip": throw .query("Skip Clause is not supported in CRM")
            case "$search", "$apply", "$compute", "$format": throw .lacking("the query option '\(entry.name)'")
            default:
                throw .query("The query parameter '\(entry.name)' is not supported.")
            }
        }
        if options.contains(where: { ["fetchXml", "savedQuery", "userQuery"].contains($0.name) }) {
            throw .lacking("FetchXML and saved queries")
        }
    }

    private static func invalid(_ entry: Option) -> DataverseProblem {
        .query("Invalid value '\(entry.value)' for \(entry.name) query option found.")
    }

    private static func number(_ entry: Option) throws(DataverseProblem) -> Int {
        guard let number = Int(entry.value), number >= 0 else { throw invalid(entry) }
        return number
    }

    static func select(_ list: String, _ table: DataverseTable) throws(DataverseProblem) -> [Int]? {
        var columns: [Int] = []
        for part in list.split(separator: ",") {
            let name = trimmed(part)
            if name == "*" { return nil }
            guard let position = table.position(name) else { throw .unknownColumn(name, of: table) }
            if !columns.contains(position) { columns.append(position) }
        }
        return columns.isEmpty ? nil : columns
    }

    private static func order(
        _ list: String, _ table: DataverseTable
    ) throws(DataverseProblem) -> [(column: Int, isDescending: Bool)] {
        var order: [(column: Int, isDescending: Bool)] = []
        for part in list.split(separator: ",") {
            let words = part.split(separator: " ")
            guard let name = words.first, words.count <= 2, words.count == 1 || ["asc", "desc"].contains(words[1])
            else {
                throw .query("Syntax error in '$orderby=\(list)'.")
            }
            guard let position = table.position(name) else { throw .unknownColumn(name, of: table) }
            order.append((position, words.count == 2 && words[1] == "desc"))
        }
        return order
    }

    /// `customerid_contact($select=fullname),phonecall_activity_parties`; options within are `$select` alone.
    private static func expansions(_ list: String, _ table: DataverseTable) throws(DataverseProblem) -> [Expansion] {
        var expansions: [Expansion] = []
        for part in parts(list) {
            let name = trimmed(part.prefix { $0 != "(" })
            let options = part.dropFirst(part.prefix { $0 != "(" }.count).dropFirst().dropLast()
            let navigation = table.navigation(name)
            let isParties = table.name == .phonecall && name == DataverseSchema.parties
            guard navigation != nil || isParties else { throw .unknownColumn(name, of: table) }
            var select: [Int]?
            if !options.isEmpty {
                guard options.hasPrefix("$select="), !options.contains(";") else {
                    throw .lacking("options in $expand besides $select")
                }
                let target = DataverseSchema.table(navigation?.target ?? .activityparty)
                select = try Self.select(String(options.dropFirst("$select=".count)), target)
            }
            expansions.append(Expansion(name: name, select: select, navigation: navigation))
        }
        return expansions
    }

    /// Splits at commas outside parentheses.
    private static func parts(_ list: String) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = list.startIndex
        for index in list.indices {
            switch list[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                parts.append(list[start..<index])
                start = list.index(after: index)
            default: break
            }
        }
        return parts + [list[start...]]
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Positions of all rows that the query finds, in its order.
    func found(in rows: inout DataverseRows) -> [Int] {
        let table = rows.table
        var found: [Int] = []
        if let filter {
            let candidates = filter.terms.map { rows.candidates($0) } ?? Array(rows.rows.indices)
            found = candidates.filter { position in rows.rows[position].map { filter.matches($0, table) } ?? false }
        } else {
            found = rows.rows.indices.filter { rows.rows[$0] != nil }
        }
        guard !order.isEmpty else { return found }
        let keys = found.map { position in order.map { rows.rows[position]?.value($0.column, table) } }
        // Equal ones keep their order; what is empty comes first, and last when it goes down.
        return found.indices.sorted { left, right in
            for (index, key) in order.enumerated() {
                let comparison =
                    switch (keys[left][index], keys[right][index]) {
                    case (nil, nil): 0
                    case (nil, _): -1
                    case (_, nil): 1
                    case (let one?, let other?): one.compared(with: other)
                    }
                if comparison != 0 { return (comparison < 0) != key.isDescending }
            }
            return left < right
        }.map { found[$0] }
    }
}
