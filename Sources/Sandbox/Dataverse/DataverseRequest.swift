import Events

/// One request of the Web API, decoded.
struct DataverseRequest: Sendable {
    /// What a path leads to.
    enum Target: Equatable, Sendable {
        case service, metadata, whoAmI
        case rows(DataverseTable.Name)
        case count(DataverseTable.Name)
        case row(DataverseTable.Name, GUID)
    }

    var method: RestMethod
    /// Below `/api/data/v9.2/`, percent-decoded: `contacts(…)`.
    var path: String
    /// Scheme, host and version: `http://127.0.0.1:8090/api/data/v9.2/`.
    var root: String
    /// As it came.
    var rawQuery = ""
    var options: [DataverseQuery.Option] = []
    var body: [UInt8] = []
    var preferences = DataversePreferences()
    var ifMatch: String?
    var ifNoneMatch: String?
    /// `CallerObjectId`: for whom it is done, by his Entra object id.
    var callerObjectID: String?
    /// `MSCRMCallerID`: the same by his row in `systemusers`.
    var callerID: String?
    /// `MSCRM.SuppressDuplicateDetection: false`.
    var detectsDuplicates = false

    /// The path with `id` for what names a row: what requests are counted by.
    var template: String {
        guard let open = path.firstIndex(of: "("), let close = path.lastIndex(of: ")"), open < close,
            path.index(after: open) != close
        else { return path }
        return path[...open] + "id" + path[close...]
    }

    /// - Throws: ``DataverseProblem`` when the path leads nowhere.
    func target() throws(DataverseProblem) -> Target {
        switch path {
        case "": return .service
        case "$metadata": return .metadata
        case "WhoAmI", "WhoAmI()": return .whoAmI
        case "$batch": throw .lacking("$batch")
        default: break
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let first = segments.first ?? ""
        let name = first.prefix { $0 != "(" }
        guard let table = DataverseSchema.table(set: name) else { throw .unknownSegment(name) }
        guard name.endIndex != first.endIndex else {
            switch segments.count {
            case 1: return .rows(table.name)
            case 2 where segments[1] == "$count": return .count(table.name)
            default: throw .unknownSegment(segments[1])
            }
        }
        guard segments.count == 1 else { throw .lacking("addresses below a row ('\(segments[1])')") }
        guard first.hasSuffix(")") else { throw .query("Bad Request - Error in query syntax.") }
        var key = first[name.endIndex...].dropFirst().dropLast()
        if key.hasPrefix(table.keyName + "=") { key = key.dropFirst(table.keyName.utf8.count + 1) }
        guard let id = GUID(key) else {
            if key.contains("=") { throw .lacking("alternate keys") }
            throw .query("Bad Request - Error in query syntax.")
        }
        return .row(table.name, id)
    }

    /// The body as JSON.
    func json() throws(DataverseProblem) -> JSONValue {
        guard let value = try? JSONValue(parsing: body) else {
            throw DataverseProblem(
                400, "0x80048d19", "Error identified in Payload provided by the user: it is not a JSON text.")
        }
        return value
    }
}
