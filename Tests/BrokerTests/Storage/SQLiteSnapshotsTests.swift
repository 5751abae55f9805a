import TestSupport
import Testing
import Wire

@testable import Broker

/// Saved rows in SQLite.
@Suite struct SQLiteSnapshotsTests {
    private let journal = JournalID(high: 1, low: 2)

    private func row(_ name: SnapshotRow.Name, _ value: [UInt8]?) -> SnapshotRow {
        SnapshotRow(name: name, value: value)
    }

    private func sorted(_ rows: [SnapshotRow]) -> [String] {
        rows.map { "\($0.name) \($0.value ?? [])" }.sorted()
    }

    @Test("rows of all kinds come back as they were saved, removed ones do not")
    func roundTrip() throws {
        let directory = TemporaryDirectory()
        let snapshots = try SQLiteSnapshots(path: directory("state.sqlite"), journal: journal)
        #expect(try snapshots.latest() == nil)
        let rows = [
            row(.group("g"), [1, 2]), row(.deadLetter(group: "g", offset: .max), [3]),
            row(.mapEntry(map: "m", key: [0, 255]), []), row(.mapEntry(map: "g", key: []), [4]),
            row(.group("gone"), [9]),
        ]
        try snapshots.save(rows, through: 10)
        try snapshots.save(
            [row(.group("g"), [5]), row(.group("gone"), nil), row(.group("never"), nil)], through: 12)
        let again = try SQLiteSnapshots(path: directory("state.sqlite"), journal: journal)
        let saved = try #require(try again.latest())
        #expect(saved.through == 12)
        #expect(sorted(saved.rows) == sorted([row(.group("g"), [5])] + rows[1...3]))
    }

    @Test("removing and adding a row in one save leaves it there")
    func removeAndAdd() throws {
        let directory = TemporaryDirectory()
        let snapshots = try SQLiteSnapshots(path: directory("state.sqlite"), journal: journal)
        let name = SnapshotRow.Name.deadLetter(group: "g", offset: 7)
        try snapshots.save([row(name, nil), row(name, [1])], through: 1)
        #expect(try snapshots.latest()?.rows == [row(name, [1])])
    }

    @Test("rows of another journal are not believed")
    func otherJournal() throws {
        let directory = TemporaryDirectory()
        try SQLiteSnapshots(path: directory("state.sqlite"), journal: journal).save(
            [row(.group("g"), [1])], through: 9)
        let other = try SQLiteSnapshots(
            path: directory("state.sqlite"), journal: JournalID(high: 1, low: 3))
        #expect(try other.latest() == nil)
    }

    @Test("an offset above what SQLite's integers hold is kept")
    func hugeOffset() throws {
        let directory = TemporaryDirectory()
        let snapshots = try SQLiteSnapshots(path: directory("state.sqlite"), journal: journal)
        try snapshots.save([], through: .max)
        #expect(try snapshots.latest()?.through == .max)
    }
}
