import Events

/// The organisation that stands in for Dataverse: its tables, who may ask, and how often.
///
/// Pure: it is told the time, and what it answers follows from what was asked. The owner brings each request with the user
/// of its token, and calls ``DataverseLimits`` around it.
struct DataverseOrganization: Sendable {
    static let contentType = "application/json; odata.metadata=minimal"

    let settings: DataverseSettings
    var entra = EntraTokens()
    var limits: DataverseLimits
    /// Requests by method and path template, such as `GET contacts(id)`, since the beginning.
    private(set) var requests: [String: Int] = [:]
    /// Requests that were answered so, by status; faults count as well.
    private(set) var statuses: [Int: Int] = [:]
    /// 429 that a fault has made; each takes the next of the three codes.
    var faultsMade = 0
    private(set) var contacts: DataverseRows
    private var others: [DataverseTable.Name: DataverseRows] = [:]
    private var version = 1_000_000
    private var ticket = 1_000
    private var generator: SeededGenerator

    /// Begins with what the seed makes.
    ///
    /// - Parameters:
    ///   - settings: How many contacts, and whose tokens count.
    ///   - workers: Become users, with Entra object ids made from their names.
    ///   - now: When its rows were created.
    init(settings: DataverseSettings, workers: [SandboxProject.Agent], now: Timestamp) {
        self.settings = settings
        limits = DataverseLimits(settings.limits)
        generator = SeededGenerator(seed: SeededGenerator.mixed(settings.seed &+ 0xDA7A))
        contacts = DataverseRows(DataverseSchema.contact)
        for table in DataverseSchema.tables where table.name != .contact { others[table.name] = DataverseRows(table) }
        DataverseSeed(seed: settings.seed, now: now).fill(&self, contacts: settings.contacts, workers: workers)
    }

    /// Whom client credentials stand for, and whom the password does.
    var users: (application: GUID, person: GUID) {
        (DataverseSeed.applicationUser, DataverseSeed.person)
    }

    // MARK: Rows

    func row(_ table: DataverseTable.Name, _ id: GUID) -> DataverseRow? {
        table == .contact ? contacts[id] : others[table]?[id]
    }

    func count(_ table: DataverseTable.Name) -> Int {
        table == .contact ? contacts.count : others[table]?.count ?? 0
    }

    /// Reads or changes the rows of a table in place.
    mutating func withRows<Result>(
        _ table: DataverseTable.Name, _ body: (inout DataverseRows) throws(DataverseProblem) -> Result
    ) throws(DataverseProblem) -> Result {
        if table == .contact { return try body(&contacts) }
        guard var rows = others.removeValue(forKey: table) else { preconditionFailure("no table \(table)") }
        defer { others[table] = rows }
        return try body(&rows)
    }

    /// Puts a row with its next version.
    mutating func put(_ row: DataverseRow, _ table: DataverseTable.Name) {
        version += 1
        var row = row
        row.version = version
        if table == .contact { contacts.put(row) } else { others[table]?.put(row) }
    }

    mutating func remove(_ id: GUID, _ table: DataverseTable.Name) {
        if table == .contact { contacts.remove(id) } else { others[table]?.remove(id) }
    }

    mutating func reserve(_ count: Int) { contacts.reserve(count) }

    /// Makes the indexes of contacts' numbers, so that the first search does not pay for them.
    mutating func warm() {
        contacts.makeIndexes(Set(DataverseSchema.contactPhones.compactMap { DataverseSchema.contact.position($0) }))
    }

    mutating func newID() -> GUID { GUID.random(using: &generator) }

    /// `CAS-01001-X2K4B7`.
    mutating func nextTicket() -> String {
        ticket += 1
        let signs = Array("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")
        let tail = String((0..<6).map { _ in signs[Int.random(in: 0..<signs.count, using: &generator)] })
        let number = String(ticket)
        return "CAS-" + String(repeating: "0", count: max(0, 5 - number.utf8.count)) + number + "-" + tail
    }

    /// Positions of the rows with a value in a column.
    mutating func find(_ table: DataverseTable.Name, _ column: String, _ value: DataverseValue) -> [DataverseRow] {
        let definition = DataverseSchema.table(table)
        guard let position = definition.position(column) else { return [] }
        let filter = ODataFilter.compare(column: position, .equal, value)
        let found = try? withRows(table) { (rows) throws(DataverseProblem) in
            rows.candidates([(position, value)]).compactMap { rows.rows[$0] }
        }
        return (found ?? []).filter { filter.matches($0, definition) }
    }

    // MARK: Counting

    mutating func count(_ request: DataverseRequest) {
        requests["\(request.method.rawValue) \(request.template)", default: 0] += 1
    }

    mutating func count(status: Int) { statuses[status, default: 0] += 1 }
}
