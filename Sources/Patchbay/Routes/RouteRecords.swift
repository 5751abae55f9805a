import Events
import Glibc

/// The files in which old values of routes are kept: `last.json` for a rollback, and one with a number for each apply.
struct RouteRecords: Sendable {
    /// Numbers that are given at most.
    static let limit = 9_999

    let directory: String

    /// What a rollback starts from.
    private var path: String { directory + "/last.json" }

    /// Keeps an apply's record; what an earlier one saved and nobody rolled back stays.
    ///
    /// - Parameter record: What the routes had, and what they will be given.
    /// - Returns: The file that has the record of this apply alone.
    /// - Throws: ``CommandFailure``; then nothing may be changed.
    func keep(_ record: SavedRoutes) throws -> String {
        try PrivateFile.makeDirectory(directory)
        guard let number = (1...Self.limit).first(where: { access("\(directory)/\($0).json", F_OK) != 0 }) else {
            throw CommandFailure("\(directory) has \(Self.limit) records: move old ones away.")
        }
        let own = "\(directory)/\(number).json"
        try Self.write(record, to: own)
        try Self.write(access(path, F_OK) == 0 ? record.merged(over: first()) : record, to: path)
        return own
    }

    /// The values before the first apply that was not rolled back.
    ///
    /// - Throws: ``CommandFailure`` when there are none, or the file is something else.
    func first() throws -> SavedRoutes { try Self.read(path) }

    /// Takes out what has been restored; the file goes when nothing is left to restore.
    func forget(_ record: SavedRoutes, _ restored: [SavedRoutes.Entry], isAll: Bool) throws {
        let rest = record.without(restored)
        guard !isAll, !rest.entries.isEmpty else {
            unlink(path)
            return
        }
        try Self.write(rest, to: path)
    }

    static func read(_ path: String) throws -> SavedRoutes {
        let bytes = try PrivateFile.read(path, limit: 1 << 20)
        guard let saved = (try? JSONValue(parsing: bytes)).flatMap(SavedRoutes.init) else {
            throw CommandFailure("\(path) is no record of routes.", .data)
        }
        return saved
    }

    private static func write(_ record: SavedRoutes, to path: String) throws {
        try PrivateFile.write(record.json.description + "\n", to: path)
    }
}
