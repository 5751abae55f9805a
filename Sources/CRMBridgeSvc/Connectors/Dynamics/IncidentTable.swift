import Events
import Synchronization
import TwilioREST

/// The columns that incidents have by the organisation's `$metadata`, read once, and values of a form made to fit them.
final class IncidentTable: Sendable {
    /// The document has some megabytes.
    static let maxBytes = 67_108_864
    /// Columns that only the rules of this service fill.
    private static let own: Set<String> = ["incidentid", "title", "ticketnumber", "ownerid", "statecode", "statuscode"]

    private let client: DataverseClient
    private let known = Mutex<[String: String]?>(nil)

    init(client: DataverseClient) {
        self.client = client
    }

    /// The members of a new row for values that came as text or JSON.
    ///
    /// - Throws: ``CRMError/refused(field:)`` for one that is not allowed, is no column, or is not of the column's type.
    func body(_ values: JSONObject, allowed: Set<String>) async throws(CRMError) -> JSONObject {
        var body = JSONObject()
        guard !values.isEmpty else { return body }
        let types = await types()
        for (name, value) in values.members.map({ ($0.name, $0.value) }) {
            guard allowed.contains(name), !Self.own.contains(name) else { throw .refused(field: name) }
            if let types, types[name] == nil { throw .refused(field: name) }
            guard let fitted = Self.fit(value, types?[name] ?? Self.usual(name)) else { throw .refused(field: name) }
            body[name] = fitted
        }
        return body
    }

    /// Types by column; nil where the document cannot be read: then the CRM itself says what it does not take.
    func types() async -> [String: String]? {
        if let known = known.withLock({ $0 }) { return known }
        guard let response = try? await client.bytes(DataverseRequest(target: "$metadata"), limit: Self.maxBytes),
            response.status == 200
        else { return nil }
        let types = Self.columns(of: "incident", in: String(decoding: response.body, as: UTF8.self))
        guard !types.isEmpty else { return nil }
        known.withLock { $0 = types }
        return types
    }

    /// What a value of a form is for a type of the model; nil when it is none.
    static func fit(_ value: JSONValue, _ type: String) -> JSONValue? {
        switch type {
        case "Edm.Int32", "Edm.Int64":
            guard let number = value.integer ?? value.string.flatMap({ Int64($0) }) else { return nil }
            return .number(JSONNumber(Int(number)))
        case "Edm.Decimal", "Edm.Double":
            if case .number = value { return value }
            return value.string.flatMap { Double($0) }.flatMap { JSONNumber($0) }.map { .number($0) }
        case "Edm.Boolean":
            if case .bool = value { return value }
            switch value.string {
            case "true": return true
            case "false": return false
            default: return nil
            }
        default:
            if case .string = value { return value }
            if case .number(let number) = value { return .string(number.literal) }
            return nil
        }
    }

    /// Without a document: choices end in `code`.
    private static func usual(_ name: String) -> String { name.hasSuffix("code") ? "Edm.Int32" : "Edm.String" }

    /// The properties of one entity type of a CSDL document.
    static func columns(of entity: String, in document: String) -> [String: String] {
        var columns: [String: String] = [:]
        var isInside = false
        for tag in document.split(separator: "<") {
            if tag.hasPrefix("EntityType ") {
                isInside = attribute("Name", tag).map(String.init) == entity
            } else if tag.hasPrefix("/EntityType") {
                if isInside { break }
            } else if isInside, tag.hasPrefix("Property "), let name = attribute("Name", tag) {
                columns[String(name)] = attribute("Type", tag).map(String.init) ?? "Edm.String"
            }
        }
        return columns
    }

    private static func attribute(_ name: String, _ tag: Substring) -> Substring? {
        guard let start = tag.firstRange(of: " \(name)=\"")?.upperBound else { return nil }
        return tag[start...].prefix { $0 != "\"" }
    }
}
