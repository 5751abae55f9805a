import Events

/// One page of the draft, sorted and filtered.
struct Listing: Hashable, Sendable {
    /// Changes of one revision by which a sorted list is corrected.
    static let maxCorrections = 16
    /// Records of one page at most.
    static let maxLimit = 1_000

    enum Key: String, Hashable, Sendable, CaseIterable {
        case `extension`, updatedAt, name, updatedBy, target
    }

    /// The order: `extension`, `-updatedAt` and so on.
    struct Order: Hashable, Sendable {
        let key: Key
        let isDescending: Bool

        init(_ key: Key, isDescending: Bool = false) {
            self.key = key
            self.isDescending = isDescending
        }

        init?(_ text: String) {
            isDescending = text.hasPrefix("-")
            guard let key = Key(rawValue: String(isDescending ? text.dropFirst() : text[...])) else { return nil }
            self.key = key
        }
    }

    /// Whether a record agrees with the published version.
    enum Status: String, Hashable, Sendable, CaseIterable {
        case published, changed, new
    }

    /// What to show; nil: everything.
    struct Filter: Hashable, Sendable {
        var text: String?
        var status: Status?
        var team: String?
    }

    /// Where a page ended: the last record's sort key and its id, so that a page continues there although the directory
    /// has changed meanwhile.
    struct Cursor: Hashable, Sendable {
        let key: String
        let id: String

        init(key: String, id: String) {
            self.key = key
            self.id = id
        }

        /// Reads a cursor that ``text`` wrote; nil when it is none.
        init?(_ text: String) {
            guard text.utf8.count <= 2_048,
                let bytes = Base64.decode(text.replacing("-", with: "+").replacing("_", with: "/").utf8),
                let json = try? JSONValue(parsing: bytes), let key = json[0]?.string, let id = json[1]?.string
            else { return nil }
            self.init(key: key, id: id)
        }

        var text: String {
            let bytes = JSONValue.array([.string(key), .string(id)]).bytes
            return String(decoding: Base64.encode(bytes), as: UTF8.self)
                .replacing("+", with: "-").replacing("/", with: "_")
        }
    }

    /// A record with what sorting and searching look at.
    struct Row: Hashable, Sendable {
        let record: ExtensionRecord
        let sortKey: String
        /// Everything that a person may search for, folded.
        let searchText: String

        init(_ record: ExtensionRecord, key: Key) {
            self.record = record
            let name = SearchText.fold(record.content.spokenName)
            let target = SearchText.fold(record.content.target.title)
            sortKey =
                switch key {
                case .extension: record.number
                case .updatedAt: record.updatedAt.sortable
                case .name: name
                case .updatedBy: SearchText.fold(record.updatedBy)
                case .target: target
                }
            searchText =
                "\(record.number)\n\(name)\n\(target)\n\(record.content.team.map(SearchText.fold) ?? "")\n"
                + SearchText.fold(record.updatedBy)
        }

        func precedes(_ key: String, _ id: String) -> Bool {
            sortKey != key ? sortKey.bytesPrecede(key) : record.id.text < id
        }
    }

    let records: [ExtensionRecord]
    let next: Cursor?
    /// Records that the filter lets through, on all pages.
    let total: Int

    /// All records in ascending order of a key.
    static func sorted(_ draft: Draft, by key: Key) -> [Row] {
        draft.records.values.map { Row($0, key: key) }.sorted { $0.precedes($1.sortKey, $1.record.id.text) }
    }

    /// Whether a sorted list is better corrected than made anew.
    ///
    /// Each correction moves half of the list: the slices of an import must not do it hundreds of times.
    static func isCheap(_ changes: [RecordChange], for count: Int) -> Bool {
        changes.count <= max(1, min(count / 100, maxCorrections))
    }

    /// Corrects a sorted list; false when it is not of the draft before these changes.
    static func update(_ rows: inout [Row], with changes: [RecordChange], by key: Key) -> Bool {
        for change in changes {
            if let before = change.before.map({ Row($0, key: key) }) {
                let place = place(of: before, in: rows)
                guard place < rows.count, rows[place].record.id == before.record.id else { return false }
                rows.remove(at: place)
            }
            if let after = change.after.map({ Row($0, key: key) }) {
                rows.insert(after, at: place(of: after, in: rows))
            }
        }
        return true
    }

    /// Where a row is, or would be.
    private static func place(of row: Row, in rows: [Row]) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].precedes(row.sortKey, row.record.id.text) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Cuts a page.
    ///
    /// - Parameters:
    ///   - rows: As ``sorted(_:by:)`` gives them.
    ///   - isDescending: Whether to walk backwards.
    ///   - filter: What to show.
    ///   - cursor: Where the page before ended.
    ///   - limit: Records, 1 to ``maxLimit``.
    ///   - status: Of a record.
    init(
        _ rows: [Row], isDescending: Bool, filter: Filter, after cursor: Cursor?, limit: Int,
        status: (ExtensionRecord) -> Status
    ) {
        let words = (filter.text.map(SearchText.fold) ?? "").split(separator: " ")
        func fits(_ row: Row) -> Bool {
            if let team = filter.team, row.record.content.team != team { return false }
            if !words.allSatisfy({ row.searchText.contains($0) }) { return false }
            guard let wanted = filter.status else { return true }
            return status(row.record) == wanted
        }
        var page: [Row] = []
        var total = 0
        var hasMore = false
        func look(_ row: Row) {
            guard fits(row) else { return }
            total += 1
            if let cursor {
                let isBehind =
                    isDescending
                    ? row.precedes(cursor.key, cursor.id)
                    : !row.precedes(cursor.key, cursor.id) && row.record.id.text + row.sortKey != cursor.id + cursor.key
                guard isBehind else { return }
            }
            if page.count < limit { page.append(row) } else { hasMore = true }
        }
        if isDescending { rows.reversed().forEach(look) } else { rows.forEach(look) }
        records = page.map(\.record)
        next = hasMore ? page.last.map { Cursor(key: $0.sortKey, id: $0.record.id.text) } : nil
        self.total = total
    }
}

extension String {
    /// Byte order: the same on every machine.
    func bytesPrecede(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Timestamp {
    /// As text of one length, in the order of time.
    fileprivate var sortable: String {
        let digits = String(unixNanoseconds)
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits
    }
}
