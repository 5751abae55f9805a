import Wire

/// One row of saved state; the rows together are what the journal up to `through` says.
struct SnapshotRow: Equatable, Sendable {
    /// What a row is about; its text is the row's primary key.
    enum Name: Hashable, Sendable {
        case group(String)
        case deadLetter(group: String, offset: UInt64)
        case mapEntry(map: String, key: [UInt8])

        var isGroup: Bool {
            if case .group = self { true } else { false }
        }
    }

    var name: Name
    /// Nil removes the row.
    var value: [UInt8]?
}

/// Where derived state is kept, so that a start need not read the whole journal.
protocol Snapshots: Sendable {
    /// Saves changed rows and how far the state goes, in one transaction.
    func save(_ rows: [SnapshotRow], through offset: UInt64) throws
    /// Everything saved, or nil when there is nothing usable.
    func latest() throws -> (through: UInt64, rows: [SnapshotRow])?
}
