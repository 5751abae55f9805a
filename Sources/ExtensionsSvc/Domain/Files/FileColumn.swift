/// A column of a CSV file.
enum FileColumn: String, Hashable, Sendable, CaseIterable {
    case `extension`
    case type, workerSid = "worker_sid", workerName = "worker_name", queue, number
    case spokenName = "spoken_name"
    case fallbackType = "fallback_type", fallbackWorkerSid = "fallback_worker_sid"
    case fallbackWorkerName = "fallback_worker_name", fallbackQueue = "fallback_queue"
    case fallbackNumber = "fallback_number"
    case validUntil = "valid_until", team

    /// What the sample and the REST API call them, and what other lists say.
    private static let aliases: [String: FileColumn] = [
        "extensionnumber": .extension, "targettype": .type, "workerfullname": .workerName, "fullname": .workerName,
        "name": .spokenName, "phonenumber": .number, "targetnumber": .number,
    ]
    /// Columns that exports of others have and that say nothing to us.
    private static let ignored: Set<String> = [
        "id", "revision", "status", "updatedby", "updatedat", "mapkey", "problems",
    ]

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue.filter { $0 != "_" }, $0) })

    /// What a header means.
    enum Meaning: Hashable, Sendable {
        case column(FileColumn), nothing, unknown
    }

    static func meaning(of header: String) -> Meaning {
        let name = header.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
        if let column = byName[name] ?? aliases[name] { return .column(column) }
        return name.isEmpty || ignored.contains(name) ? .nothing : .unknown
    }
}
