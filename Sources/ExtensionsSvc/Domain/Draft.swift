import Events

/// The draft of the directory at one revision, with the indexes that decide who may have which number.
///
/// A replica of what lies behind the Broker: it changes only by changes that are in the journal (``apply(_:)``).
struct Draft: Sendable {
    /// Counts the changes ever made; 0: never any.
    private(set) var revision: UInt64 = 0
    private(set) var records: [RecordID: ExtensionRecord] = [:]
    private var numbers: [String: RecordID] = [:]
    private var workers: [WorkerSID: [RecordID]] = [:]
    /// How many numbers begin with these digits and are longer.
    private var continuations: [String: Int] = [:]

    init() {}

    init(_ records: some Sequence<ExtensionRecord>, revision: UInt64) {
        for record in records { insert(record) }
        self.revision = revision
    }

    var count: Int { records.count }

    func record(_ id: RecordID) -> ExtensionRecord? { records[id] }

    func record(number: String) -> ExtensionRecord? { numbers[number].flatMap { records[$0] } }

    func isTaken(_ number: String) -> Bool { numbers[number] != nil }

    /// The records that ring a worker, oldest first.
    func records(worker: WorkerSID) -> [ExtensionRecord] { (workers[worker] ?? []).compactMap { records[$0] } }

    func continuations(of number: String) -> Int { continuations[number] ?? 0 }

    /// Whether a new number would be the beginning of another, or another its beginning.
    func isAmbiguous(_ number: String) -> Bool {
        continuations(of: number) > 0 || number.beginnings.contains { isTaken($0) }
    }

    /// Takes changes that are in the journal, of one revision or of a part of one.
    mutating func apply(_ changes: some Sequence<RecordChange>, revision: UInt64) {
        for change in changes { apply(change) }
        self.revision = revision
    }

    private mutating func apply(_ change: RecordChange) {
        guard let id = change.id else { return }
        // What is really there counts: a change may be applied to a listing that has it already.
        if let old = records.removeValue(forKey: id) { removeIndexes(of: old) }
        if let after = change.after { insert(after) }
    }

    private mutating func insert(_ record: ExtensionRecord) {
        records[record.id] = record
        numbers[record.number] = record.id
        if let worker = record.worker { workers[worker, default: []].append(record.id) }
        for beginning in record.number.beginnings { continuations[beginning, default: 0] += 1 }
    }

    private mutating func removeIndexes(of record: ExtensionRecord) {
        if numbers[record.number] == record.id { numbers[record.number] = nil }
        if let worker = record.worker {
            workers[worker]?.removeAll { $0 == record.id }
            if workers[worker]?.isEmpty == true { workers[worker] = nil }
        }
        for beginning in record.number.beginnings {
            guard let count = continuations[beginning] else { continue }
            continuations[beginning] = count > 1 ? count - 1 : nil
        }
    }
}

extension Draft {
    /// Numbers that are looked at for a free one, in all ranges together.
    static let nextFreeAttempts = 250_000

    /// What a search for a free number comes to.
    enum NextFree: Hashable, Sendable {
        case number(String)
        /// There is no range for this team.
        case noRange
        case allTaken
        /// None was found among so many.
        case searchedTooLong(Int)
    }

    /// The first number of a team's ranges that can be given.
    ///
    /// - Parameters:
    ///   - team: Nil: of ranges that are anybody's.
    ///   - rules: The ranges, and what is reserved.
    /// - Returns: The digits, or why there are none.
    func nextFree(team: String?, rules: DirectoryRules) -> NextFree {
        var attempts = 0
        let ranges = rules.searchRanges(team: team)
        guard !ranges.isEmpty else { return .noRange }
        for range in ranges {
            guard let first = UInt64(range.from), let last = UInt64(range.to), first <= last else { continue }
            let digits = range.from.utf8.count
            for value in first...last {
                attempts += 1
                guard attempts <= Self.nextFreeAttempts else { return .searchedTooLong(Self.nextFreeAttempts) }
                let text = String(value)
                let number = String(repeating: "0", count: digits - text.utf8.count) + text
                if !isTaken(number), !rules.reserved.contains(number), !(rules.hasPrefixes && isAmbiguous(number)) {
                    return .number(number)
                }
            }
        }
        return .allTaken
    }
}

extension String {
    /// The shorter texts that it begins with, without the empty one: of `0042` these are `0`, `00` and `004`.
    var beginnings: [String] {
        guard utf8.count > 1 else { return [] }
        return (1..<utf8.count).map { String(decoding: utf8.prefix($0), as: UTF8.self) }
    }
}
