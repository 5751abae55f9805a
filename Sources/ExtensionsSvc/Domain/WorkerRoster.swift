import Directory
import Events

/// The workers of the workspace, as last read.
struct WorkerRoster: Sendable {
    struct Worker: Hashable, Sendable {
        let sid: WorkerSID
        let name: String
        let activity: String
        let isAvailable: Bool
    }

    /// Never read: nothing is known about workers, so nobody is reported missing.
    static let unknown = WorkerRoster()

    let isKnown: Bool
    private let workers: [WorkerSID: Worker]
    /// By folded name.
    private let ordered: [(key: String, worker: Worker)]

    private init() {
        isKnown = false
        workers = [:]
        ordered = []
    }

    init(_ list: [Worker]) {
        isKnown = true
        workers = Dictionary(list.map { ($0.sid, $0) }) { first, _ in first }
        ordered = workers.values.map { (SearchText.fold($0.name), $0) }
            .sorted { $0.0 != $1.0 ? $0.0.bytesPrecede($1.0) : $0.1.sid < $1.1.sid }
    }

    var count: Int { workers.count }

    subscript(sid: WorkerSID) -> Worker? { workers[sid] }

    /// Workers in whose name every word of a query begins a word, or, without one, all; by name.
    func search(_ query: String, limit: Int) -> [Worker] {
        let words = SearchText.fold(query).split(whereSeparator: Self.isSeparator)
        guard !words.isEmpty else { return ordered.prefix(limit).map(\.worker) }
        return ordered.lazy.filter { entry in
            let parts = entry.key.split(whereSeparator: Self.isSeparator)
            return words.allSatisfy { word in parts.contains { $0.hasPrefix(word) } }
        }.prefix(limit).map(\.worker)
    }

    private static func isSeparator(_ character: Character) -> Bool {
        character == " " || character == "." || character == "_" || character == "-" || character == "@"
    }

    /// What is wrong with a target of whom TaskRouter knows better.
    func problems(of target: DirectoryTarget, field: String) -> [FieldProblem] {
        guard isKnown, case .worker(let sid, let name) = target else { return [] }
        guard let worker = workers[sid] else {
            return [FieldProblem(field, "worker_missing", "TaskRouter knows no worker with this SID any more.")]
        }
        guard worker.name == name else {
            return [FieldProblem(field, "worker_renamed", "The worker has another name in TaskRouter by now.")]
        }
        return []
    }
}
