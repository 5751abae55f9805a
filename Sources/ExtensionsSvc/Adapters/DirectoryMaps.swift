import Bus
import Wire

/// The maps that hold the directory behind the Broker, and their keys.
enum DirectoryMaps {
    /// ``draftKey``, ``publishedKey``, ``publishKey`` and ``leaseKey``.
    static let head = "extensions-head"
    /// A record's id → the record.
    static let records = "extensions-records"
    /// A version in 10 digits → its manifest.
    static let versions = "extensions-versions"
    /// SHA-256 → the chunk.
    static let chunks = "extensions-chunks"
    /// A Gateway's label → the version that it serves; entries live 15 s.
    static let lookups = "extensions-lookups"
    /// `<batch>/<n>` → a slice of an import.
    static let batches = "extensions-batches"
    /// A batch → who made it, in how many slices.
    static let imports = "extensions-imports"
    /// An import that became a job → ``ImportJob``; behind it with `/lease` what says that its process lives.
    static let jobs = "extensions-jobs"
    /// ``LogEntry/key(_:)`` → where a revision of the draft lies in the journal.
    static let log = "extensions-log"

    static let draftKey = "draft"
    static let publishedKey = "published"
    static let publishKey = "publish"
    /// Lives only as long as the publishing process renews it.
    static let leaseKey = "publish-lease"

    static func versionKey(_ version: Int) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
    }
}

extension BusMap {
    /// All entries, page by page.
    ///
    /// - Parameters:
    ///   - prefix: Of the keys.
    ///   - limit: Pages at most; what is behind is left out.
    /// - Returns: The entries in byte order of their keys.
    /// - Throws: ``BusError``.
    func all(prefix: String = "", pages limit: Int = 10_000) async throws(BusError) -> [MapEntry] {
        var entries: [MapEntry] = []
        var after = ""
        for _ in 0..<limit {
            let page = try await list(prefix: prefix, after: after)
            entries += page.entries
            guard page.hasMore, let last = page.entries.last else { break }
            after = last.key
        }
        return entries
    }
}
