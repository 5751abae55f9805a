import Events

/// One row: what every row has, and what was filled of the rest.
struct DataverseRow: Sendable {
    /// A column's position and what stands in it.
    struct Cell: Sendable {
        let column: UInt8
        var value: DataverseValue
    }

    let id: GUID
    var version = 0
    var createdOn: Timestamp
    var modifiedOn: Timestamp
    var createdBy: GUID
    var modifiedBy: GUID
    var owner: GUID
    var state: Int32 = 0
    var status: Int32 = 1
    /// In no order; empty columns have none.
    var cells: [Cell] = []

    init(id: GUID, by user: GUID, now: Timestamp) {
        self.id = id
        createdOn = now
        modifiedOn = now
        createdBy = user
        modifiedBy = user
        owner = user
    }

    /// What stands in a column; nil when it is empty.
    func value(_ position: Int, _ table: DataverseTable) -> DataverseValue? {
        switch table.columns[position].place {
        case .cell: cell(position)
        case .key: .guid(id)
        case .createdOn: .date(createdOn)
        case .modifiedOn: .date(modifiedOn)
        case .version: .number(version)
        case .createdBy: .lookup(createdBy, .systemuser)
        case .modifiedBy: .lookup(modifiedBy, .systemuser)
        case .owner: .lookup(owner, .systemuser)
        case .state: .number(Int(state))
        case .status: .number(Int(status))
        case .fullName: fullName(table)
        }
    }

    func value(named name: String, _ table: DataverseTable) -> DataverseValue? {
        table.position(name).flatMap { value($0, table) }
    }

    func text(_ name: String, _ table: DataverseTable) -> String? {
        if case .text(let text) = value(named: name, table) { text } else { nil }
    }

    func cell(_ position: Int) -> DataverseValue? {
        for cell in cells where cell.column == position { return cell.value }
        return nil
    }

    /// Fills or empties a column.
    mutating func set(_ position: Int, _ value: DataverseValue?) {
        if let index = cells.firstIndex(where: { $0.column == position }) {
            if let value { cells[index].value = value } else { cells.remove(at: index) }
        } else if let value {
            cells.append(Cell(column: UInt8(position), value: value))
        }
    }

    private func fullName(_ table: DataverseTable) -> DataverseValue? {
        let parts = ["firstname", "lastname"].compactMap { name in
            table.position(name).flatMap { cell($0) }.flatMap { if case .text(let text) = $0 { text } else { nil } }
        }
        return parts.isEmpty ? nil : .text(parts.joined(separator: " "))
    }

    /// `W/"…"`, the entity tag.
    var etag: String { "W/\"\(version)\"" }
}
