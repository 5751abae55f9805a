/// The rows of one table, and where equal values of a column stand.
struct DataverseRows: Sendable {
    /// Rows of a table at most, deleted ones included.
    static let limit = 1_000_000

    /// Where values stand, by their index keys.
    ///
    /// An entry is a hint: the row may have changed since.
    private struct Index: Sendable {
        var heads: [UInt64: Int32] = [:]
        var entries: [(row: Int32, next: Int32)] = []

        mutating func add(_ key: UInt64, _ row: Int) {
            entries.append((Int32(row), heads[key] ?? -1))
            heads[key] = Int32(entries.count - 1)
        }

        func rows(_ key: UInt64, _ found: inout Set<Int>) {
            var next = heads[key] ?? -1
            while next >= 0 {
                found.insert(Int(entries[Int(next)].row))
                next = entries[Int(next)].next
            }
        }
    }

    let table: DataverseTable
    /// In the order they came; nil where one was deleted.
    private(set) var rows: [DataverseRow?] = []
    private(set) var count = 0
    private var positions: [GUID: Int32] = [:]
    /// Made when a column is first asked for.
    private var indexes: [Int: Index] = [:]

    init(_ table: DataverseTable) {
        self.table = table
    }

    mutating func reserve(_ count: Int) {
        rows.reserveCapacity(count)
        positions.reserveCapacity(count)
    }

    subscript(id: GUID) -> DataverseRow? { positions[id].flatMap { rows[Int($0)] } }

    /// Adds a row or puts it in the place of the one of its id.
    mutating func put(_ row: DataverseRow) {
        let position: Int
        if let known = positions[row.id] {
            position = Int(known)
            rows[position] = row
        } else {
            position = rows.count
            rows.append(row)
            positions[row.id] = Int32(position)
            count += 1
        }
        for column in Array(indexes.keys) {
            if let value = row.value(column, table) { indexes[column]?.add(value.indexKey, position) }
        }
    }

    mutating func remove(_ id: GUID) {
        guard let position = positions.removeValue(forKey: id) else { return }
        rows[Int(position)] = nil
        count -= 1
    }

    /// Rows that may have one of the values in the column, in their order.
    mutating func candidates(_ terms: [(column: Int, value: DataverseValue)]) -> [Int] {
        var found: Set<Int> = []
        makeIndexes(Set(terms.map(\.column)))
        for term in terms {
            if table.columns[term.column].place == .key, case .guid(let id) = term.value {
                if let position = positions[id] { found.insert(Int(position)) }
                continue
            }
            indexes[term.column]?.rows(term.value.indexKey, &found)
        }
        return found.sorted()
    }

    /// Makes the indexes of these columns that are not there, in one pass over the rows.
    mutating func makeIndexes(_ columns: Set<Int>) {
        let missing = columns.filter { indexes[$0] == nil && table.columns[$0].place != .key }
        guard !missing.isEmpty else { return }
        var made: [Index?] = table.columns.indices.map { missing.contains($0) ? Index() : nil }
        let others = missing.filter { table.columns[$0].place != .cell }
        for (position, row) in rows.enumerated() {
            guard let row else { continue }
            for cell in row.cells { made[Int(cell.column)]?.add(cell.value.indexKey, position) }
            for column in others {
                if let value = row.value(column, table) { made[column]?.add(value.indexKey, position) }
            }
        }
        for column in missing { indexes[column] = made[column] }
    }
}
