import Foundation
import GRDB
import Wire

/// Derived state in SQLite, on GRDB's own queue: a cache of the journal that may be deleted at any time.
///
/// One table of rows and one of facts; each save is one transaction that also says how far the state goes.
struct SQLiteSnapshots: Snapshots {
    private let queue: DatabaseQueue

    /// Opens or makes the database.
    ///
    /// A file of another journal is emptied.
    init(path: String, journal: JournalID) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512")
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                    CREATE TABLE IF NOT EXISTS state (
                        kind INTEGER NOT NULL, owner TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
                        PRIMARY KEY (kind, owner, key)) WITHOUT ROWID;
                    """)
            let owner = try String.fetchOne(database, sql: "SELECT value FROM fact WHERE name = 'journal'")
            guard owner != journal.description else { return }
            try database.execute(sql: "DELETE FROM state; DELETE FROM fact")
            try database.execute(
                sql: "INSERT INTO fact (name, value) VALUES ('journal', ?)", arguments: [journal.description])
        }
    }

    /// Saves changed rows and how far the state goes, in one transaction; waits for it.
    func save(_ rows: [SnapshotRow], through offset: UInt64) throws {
        try queue.write { database in try SQLiteSnapshots.write(rows, through: offset, to: database) }
    }

    private static func write(_ rows: [SnapshotRow], through offset: UInt64, to database: Database) throws {
        let put = try database.cachedStatement(
            sql: "INSERT INTO state VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")
        let delete = try database.cachedStatement(sql: "DELETE FROM state WHERE kind = ? AND owner = ? AND key = ?")
        for row in rows {
            let (kind, owner, key) = row.name.columns
            if let value = row.value {
                try put.execute(arguments: [kind, owner, Data(key), Data(value)])
            } else {
                try delete.execute(arguments: [kind, owner, Data(key)])
            }
        }
        try database.execute(
            sql: "INSERT INTO fact VALUES ('through', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            arguments: [String(offset)])
    }

    /// Writes a copy to a file that must not exist, and has it on disk.
    func copy(to path: String) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.synchronize()
        try file.close()
    }

    func latest() throws -> (through: UInt64, rows: [SnapshotRow])? {
        try queue.read { database in
            let text = try String.fetchOne(database, sql: "SELECT value FROM fact WHERE name = 'through'")
            guard let through = text.flatMap(UInt64.init) else { return nil }
            var rows: [SnapshotRow] = []
            let cursor = try Row.fetchCursor(database, sql: "SELECT kind, owner, key, value FROM state ORDER BY kind")
            while let row = try cursor.next() {
                let key: Data = row[2]
                let value: Data = row[3]
                guard let name = SnapshotRow.Name(kind: row[0], owner: row[1], key: Array(key)) else { continue }
                rows.append(SnapshotRow(name: name, value: Array(value)))
            }
            return (through, rows)
        }
    }
}

extension SnapshotRow.Name {
    fileprivate var columns: (kind: Int, owner: String, key: [UInt8]) {
        switch self {
        case .group(let name): return (1, name, [])
        case .deadLetter(let group, let offset):
            var key: [UInt8] = []
            key.put(u64: offset)
            return (2, group, key)
        case .mapEntry(let map, let key): return (3, map, key)
        }
    }

    fileprivate init?(kind: Int, owner: String, key: [UInt8]) {
        switch kind {
        case 1: self = .group(owner)
        case 2 where key.count == 8: self = .deadLetter(group: owner, offset: key.withUnsafeBytes { $0.u64(at: 0) })
        case 3: self = .mapEntry(map: owner, key: key)
        default: return nil
        }
    }
}
