import Events

/// What a body wants to write into one row, its types and lengths checked.
struct DataverseDraft {
    /// A row of parties within a call.
    struct Party {
        var values: [(column: Int, value: DataverseValue)] = []
        var bind: (navigation: DataverseTable.Navigation, id: GUID)?
    }

    var id: GUID?
    /// nil empties a column.
    var values: [(column: Int, value: DataverseValue?)] = []
    /// nil empties a lookup.
    var binds: [(navigation: DataverseTable.Navigation, id: GUID?)] = []
    var state: Int?
    var status: Int?
    var parties: [Party]?
    /// Only the Sandbox's own way in may set them.
    var createdOn: Timestamp?

    private static let bind = "@odata.bind"

    /// - Parameters:
    ///   - body: A JSON object.
    ///   - table: Where it is to be written.
    /// - Throws: ``DataverseProblem`` that names the member.
    init(_ body: JSONValue, _ table: DataverseTable) throws(DataverseProblem) {
        guard let members = body.object?.members else {
            throw .payload(
                table,
                "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was expected."
            )
        }
        for (name, value) in members {
            if name.hasSuffix(Self.bind) {
                let navigation = String(name.dropLast(Self.bind.count))
                binds.append(try Self.bound(navigation, value, table))
            } else if name == DataverseSchema.parties, table.name == .phonecall {
                parties = try Self.parties(value)
            } else if !name.contains("@") {
                try set(name, value, table)
            }
        }
    }

    private mutating func set(_ name: String, _ value: JSONValue, _ table: DataverseTable) throws(DataverseProblem) {
        guard let position = table.position(name) else {
            throw .payload(
                table,
                "The property '\(name)' does not exist on type 'Microsoft.Dynamics.CRM.\(table.name.rawValue)'. "
                    + "Make sure to only use property names that are defined by the type.")
        }
        let column = table.columns[position]
        let given = value == .null ? nil : try Self.value(value, column, table)
        switch column.place {
        case .key: id = given?.guid
        case .createdOn: if case .date(let date)? = given { createdOn = date }
        case .state: if case .number(let number)? = given { state = number }
        case .status: if case .number(let number)? = given { status = number }
        case .cell:
            guard column.kind != .lookup else {
                throw .payload(
                    table, "The lookup '\(name)' is read-only; bind its navigation property with '@odata.bind'.")
            }
            values.append((position, given))
        default: break
        }
    }

    /// Checks one value against its column.
    private static func value(
        _ value: JSONValue, _ column: DataverseColumn, _ table: DataverseTable
    ) throws(DataverseProblem) -> DataverseValue {
        let mismatch = DataverseProblem.payload(
            table, "Cannot convert the literal '\(value)' to the expected type '\(column.edmType)'.")
        switch column.kind {
        case .text(let length):
            guard let text = value.string else { throw mismatch }
            guard text.utf16.count <= length else {
                throw DataverseProblem(
                    400, "0x80044331",
                    "A validation error occurred. The length of the '\(column.name)' attribute of the "
                        + "'\(table.name.rawValue)' entity exceeded the maximum allowed length of '\(length)'.")
            }
            return .text(text)
        case .number(let range):
            guard let number = value.integer.map({ Int($0) }) else { throw mismatch }
            guard range.contains(number) else {
                throw DataverseProblem(
                    400, "0x8004432f",
                    "A validation error occurred. The value \(number) of '\(column.name)' on record of type "
                        + "'\(table.name.rawValue)' is outside the valid range.")
            }
            return .number(number)
        case .choice(let options):
            guard let number = value.integer.map({ Int($0) }) else { throw mismatch }
            guard options.contains(number) else {
                throw DataverseProblem(
                    400, "0x8004431A",
                    "A validation error occurred. The value \(number) of '\(column.name)' on record of type "
                        + "'\(table.name.rawValue)' is outside the valid range. Accepted Values: "
                        + options.map(String.init).joined(separator: ","))
            }
            return .number(number)
        case .bool:
            guard let flag = value.bool else { throw mismatch }
            return .bool(flag)
        case .date:
            guard let text = value.string, let date = ODataToken.date(text) else { throw mismatch }
            return .date(date.wholeSeconds)
        case .guid, .lookup:
            guard let text = value.string, let guid = GUID(text) else { throw mismatch }
            return .guid(guid)
        }
    }

    private static func bound(
        _ name: String, _ value: JSONValue, _ table: DataverseTable
    ) throws(DataverseProblem) -> (navigation: DataverseTable.Navigation, id: GUID?) {
        guard let navigation = table.navigation(name), !["createdby", "modifiedby"].contains(name) else {
            throw .payload(
                table,
                "An undeclared property '\(name)' which only has property annotations in the payload but no property "
                    + "value was found in the payload. In OData, only declared navigation properties and declared named "
                    + "streams can be represented as properties without values.")
        }
        if value == .null { return (navigation, nil) }
        let target = DataverseSchema.table(navigation.target)
        // `/contacts(…)`, without the slash, or the whole address.
        let path = value.string?.split(separator: "/").last ?? ""
        guard path.hasPrefix(target.setName + "("), path.hasSuffix(")"),
            let id = GUID(path.dropFirst(target.setName.utf8.count + 1).dropLast())
        else {
            throw .payload(table, "The value of '\(name)@odata.bind' does not lead to a row of '\(target.setName)'.")
        }
        return (navigation, id)
    }

    private static func parties(_ value: JSONValue) throws(DataverseProblem) -> [Party] {
        let table = DataverseSchema.activityparty
        guard let elements = value.array else {
            throw .payload(table, "The value of '\(DataverseSchema.parties)' is not an array.")
        }
        var parties: [Party] = []
        for element in elements {
            let draft = try DataverseDraft(element, table)
            var party = Party()
            for bind in draft.binds {
                if let id = bind.id { party.bind = (bind.navigation, id) }
            }
            for entry in draft.values {
                if let value = entry.value { party.values.append((entry.column, value)) }
            }
            guard let mask = table.position("participationtypemask"),
                party.values.contains(where: { $0.column == mask })
            else { throw .argument("An activity party has no participationtypemask.") }
            guard party.bind != nil || party.values.contains(where: { $0.column != mask }) else {
                throw .argument("An activity party has neither a partyid nor an addressused.")
            }
            parties.append(party)
        }
        return parties
    }
}
