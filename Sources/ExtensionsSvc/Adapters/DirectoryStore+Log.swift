import Bus
import Events
import Wire

/// The history of the draft: the index in a map, the changes in the journal.
extension DirectoryStore {
    /// An entry of the index with its offset.
    struct Logged: Sendable {
        let entry: LogEntry
        let offset: UInt64
    }

    /// Entries from revision `newest` down to `oldest`, newest first.
    ///
    /// Entries whose time is over are missing.
    func log(newest: UInt64, oldest: UInt64, limit: Int = .max) async throws -> [Logged] {
        guard oldest <= newest else { return [] }
        var found: [Logged] = []
        var after = newest == .max ? "" : LogEntry.key(newest + 1)
        let map = bus.map(DirectoryMaps.log)
        let span: UInt64 = newest - oldest
        while found.count < limit {
            let open: Int = limit - found.count
            let count: Int = span < 1_000 ? Int(span) + 1 : 1_000
            let page = try await map.list(after: after, limit: min(count, open))
            for entry in page.entries {
                guard let logged = LogEntry(entry.value) else {
                    throw DirectoryFailure.unreadable(map: DirectoryMaps.log, key: entry.key)
                }
                guard logged.revision >= oldest else { return found }
                found.append(Logged(entry: logged, offset: entry.revision))
            }
            guard page.hasMore, let last = page.entries.last else { break }
            after = last.key
        }
        return found
    }

    /// A revision's events; nil when the journal does not keep them any more.
    func changeEvents(of entry: LogEntry, at offset: UInt64) async throws -> [ChangeEvent]? {
        try await storedChanges(of: entry, at: offset)?.map(\.change)
    }

    /// A change with its place in the journal.
    struct StoredChange: Sendable {
        let offset: UInt64
        let change: ChangeEvent
    }

    /// A revision's events with their offsets; nil when the journal does not keep them any more.
    func storedChanges(of entry: LogEntry, at offset: UInt64) async throws -> [StoredChange]? {
        var found: [StoredChange] = []
        let parts = UInt64(entry.parts)
        var from: UInt64 = offset > parts ? offset - parts : 0
        while from < offset, found.count < entry.parts {
            guard let page = try await changes(from: from, limit: entry.parts - found.count) else { return nil }
            for record in page.records where record.offset < offset {
                guard let change = Self.change(in: record), change.revision == entry.revision else { continue }
                found.append(StoredChange(offset: record.offset, change: change))
            }
            guard page.next > from else { break }
            from = page.next
        }
        return found.count == entry.parts ? found : nil
    }

    /// Changes in the journal; nil when it begins later.
    private func changes(from offset: UInt64, limit: Int) async throws -> ReadPage? {
        let request = ReadRequest(
            offset: offset, filters: [ChangeEvent.topic.name], key: ChangeEvent.key, limit: limit, maxBytes: 4 << 20)
        do throws(BusError) {
            return try await bus.read(request)
        } catch {
            guard case .rejected(let failure) = error, failure.code == "journal.trimmed" else { throw error }
            return nil
        }
    }

    private static func change(in record: StoredRecord) -> ChangeEvent? {
        guard !record.isTombstone, let event = try? record.event() else { return nil }
        return ChangeEvent(event)
    }

    /// The record as it was at a revision that wrote it; nil when that is not known any more.
    func record(_ id: RecordID, at revision: UInt64) async throws -> ExtensionRecord? {
        guard let logged = try await log(newest: revision, oldest: revision, limit: 1).first,
            logged.entry.revision == revision,
            let events = try await changeEvents(of: logged.entry, at: logged.offset)
        else { return nil }
        return events.lazy.flatMap(\.changes).first { $0.id == id }?.after
    }
}
