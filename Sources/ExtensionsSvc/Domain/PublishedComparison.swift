import Directory

/// What a publish of the draft would change, kept up to date number by number.
struct PublishedComparison: Sendable {
    enum Difference: Hashable, Sendable {
        case added, changed, removed
    }

    /// What is in force, by number.
    private(set) var entries: [String: DirectoryEntry] = [:]
    /// Numbers at which draft and published version differ.
    private(set) var differences: [String: Difference] = [:]

    init() {}

    init(entries: some Sequence<DirectoryEntry>, draft: Draft) {
        for entry in entries { self.entries[entry.number] = entry }
        for record in draft.records.values { look(at: record.number, record) }
        for number in self.entries.keys where !draft.isTaken(number) { differences[number] = .removed }
    }

    /// Compares the numbers that changes have touched anew.
    mutating func look(at changes: some Sequence<RecordChange>, in draft: Draft) {
        for change in changes {
            for number in [change.before?.number, change.after?.number].compactMap({ $0 }) {
                look(at: number, draft.record(number: number))
            }
        }
    }

    private mutating func look(at number: String, _ record: ExtensionRecord?) {
        differences[number] =
            switch (entries[number], record) {
            case (nil, nil): nil
            case (nil, _?): .added
            case (_?, nil): .removed
            case (let entry?, let record?): entry == record.entry ? nil : .changed
            }
    }

    func status(of record: ExtensionRecord) -> Listing.Status {
        switch differences[record.number] {
        case .added?: .new
        case .changed?: .changed
        case .removed?, nil: .published
        }
    }
}
