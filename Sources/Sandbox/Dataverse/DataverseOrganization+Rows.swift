import Events

/// How rows are written into answers.
extension DataverseOrganization {
    /// The members of a row: its entity tag, its columns, its key in any case, what comes along.
    mutating func write(
        _ row: DataverseRow, _ table: DataverseTable, _ query: DataverseQuery, _ request: DataverseRequest,
        _ json: inout JSONWriter
    ) {
        members(row, table, select: query.select, request, &json)
        for expansion in query.expansions {
            json.raw(",")
            json.name(expansion.name)
            guard let navigation = expansion.navigation else {
                parties(of: row, select: expansion.select, request, &json)
                continue
            }
            guard case .lookup(let id, let target)? = row.value(navigation.column, table), target == navigation.target,
                let other = self.row(target, id)
            else {
                json.raw("null")
                continue
            }
            json.raw("{")
            members(other, DataverseSchema.table(target), select: expansion.select, request, &json)
            json.raw("}")
        }
    }

    private mutating func parties(
        of row: DataverseRow, select: [Int]?, _ request: DataverseRequest, _ json: inout JSONWriter
    ) {
        json.raw("[")
        let parties = find(.activityparty, "_activityid_value", .lookup(row.id, .phonecall))
        for (index, party) in parties.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw("{")
            members(party, DataverseSchema.activityparty, select: select, request, &json)
            json.raw("}")
        }
        json.raw("]")
    }

    private func members(
        _ row: DataverseRow, _ table: DataverseTable, select: [Int]?, _ request: DataverseRequest,
        _ json: inout JSONWriter
    ) {
        json.raw("\"@odata.etag\":")
        json.string(row.etag)
        for position in select ?? Array(table.columns.indices) {
            let column = table.columns[position]
            let value = row.value(position, table)
            if let value, !request.preferences.annotations.isEmpty {
                annotate(column, value, row, table, request.preferences, &json)
            }
            json.raw(",")
            json.name(column.name)
            if let value { value.write(&json) } else { json.raw("null") }
        }
        if let select, let key = table.position(table.keyName), !select.contains(key) {
            json.raw(",")
            json.name(table.keyName)
            json.string(row.id.text)
        }
    }

    /// What `Prefer: odata.include-annotations` asks for.
    private func annotate(
        _ column: DataverseColumn, _ value: DataverseValue, _ row: DataverseRow, _ table: DataverseTable,
        _ preferences: DataversePreferences, _ json: inout JSONWriter
    ) {
        func annotation(_ name: String, _ text: String) {
            guard preferences.includes(name) else { return }
            json.raw(",")
            json.name("\(column.name)@\(name)")
            json.string(text)
        }
        let formatted = "OData.Community.Display.V1.FormattedValue"
        switch value {
        case .lookup(let id, let target):
            if let other = self.row(target, id), case let definition = DataverseSchema.table(target),
                let title = other.text(definition.titleName, definition)
            {
                annotation(formatted, title)
            }
            annotation("Microsoft.Dynamics.CRM.lookuplogicalname", target.rawValue)
            let navigation = table.navigations.first {
                table.columns[$0.column].name == column.name && $0.target == target
            }
            if let navigation { annotation("Microsoft.Dynamics.CRM.associatednavigationproperty", navigation.name) }
        case .bool(let flag): annotation(formatted, flag ? "Yes" : "No")
        case .number(let number):
            let label = DataverseLabels.label(table.name, column.name, number) ?? String(number)
            annotation(formatted, label)
        case .date(let date): annotation(formatted, date.wholeSeconds.rfc3339)
        case .text, .guid: break
        }
    }
}
