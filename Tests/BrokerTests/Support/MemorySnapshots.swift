@testable import Broker

/// Saved rows in memory.
struct MemorySnapshots {
    private(set) var through: UInt64 = 0
    private var values: [SnapshotRow.Name: [UInt8]] = [:]

    var rows: [SnapshotRow] { values.map { SnapshotRow(name: $0.key, value: $0.value) } }

    mutating func save(_ rows: [SnapshotRow], through offset: UInt64) {
        for row in rows { values[row.name] = row.value }
        through = offset
    }
}
