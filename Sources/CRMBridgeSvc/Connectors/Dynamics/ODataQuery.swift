/// A condition of a query.
///
/// Values are texts of any origin; columns are those of the configuration.
indirect enum ODataFilter: Hashable, Sendable {
    case equals(String, String)
    /// A GUID, which has no quotes.
    case isRecord(String, RecordGUID)
    /// Wildcards in the pattern count: `%` any characters, `_` one; see ``ODataText/plain(_:)``.
    case contains(String, pattern: String)
    case any([ODataFilter])
    case all([ODataFilter])

    var text: String {
        switch self {
        case .equals(let column, let value): "\(column) eq \(ODataText.literal(value))"
        case .isRecord(let column, let id): "\(column) eq \(id.text)"
        case .contains(let column, let pattern): "contains(\(column),\(ODataText.literal(pattern)))"
        case .any(let parts): Self.joined(parts, "or")
        case .all(let parts): Self.joined(parts, "and")
        }
    }

    /// Conditions that Dataverse counts against its limit of 500 in one query.
    var count: Int {
        switch self {
        case .equals, .isRecord, .contains: 1
        case .any(let parts), .all(let parts): parts.reduce(0) { $0 + $1.count }
        }
    }

    private static func joined(_ parts: [ODataFilter], _ word: String) -> String {
        parts.map { part in
            switch part {
            case .any(let inner) where inner.count > 1, .all(let inner) where inner.count > 1: "(\(part.text))"
            default: part.text
            }
        }.joined(separator: " \(word) ")
    }
}

/// A question to an entity set: path and query below `/api/data/v…/`.
struct ODataQuery: Hashable, Sendable {
    /// `contacts`, or `contacts(guid)`.
    var path: String
    var select: [String] = []
    var filter: ODataFilter?
    var orderBy: String?
    var top: Int?

    /// With everything encoded for its place.
    var target: String {
        var options: [String] = []
        if !select.isEmpty { options.append("$select=" + select.map(ODataText.encoded).joined(separator: ",")) }
        if let filter { options.append("$filter=" + ODataText.encoded(filter.text)) }
        if let orderBy { options.append("$orderby=" + ODataText.encoded(orderBy)) }
        if let top { options.append("$top=\(top)") }
        return options.isEmpty ? path : path + "?" + options.joined(separator: "&")
    }
}
