import Bus
import Events
import Synchronization
import Wire

/// What waits in the outbox, and bringing back what failed.
final class OutboxView: Sendable {
    /// Rows that are counted at most; more are "at least so many".
    static let maxCounted = 10_000
    /// Failed rows that one request brings back.
    static let maxRetried = 500
    /// A count this young is given to whoever only wants to know how it is.
    static let lookLifetime = Duration.seconds(2)

    private struct Look {
        var summary: Summary?
        var at = ContinuousClock.now
        var isUnderWay = false
    }

    private let store: any StateStore
    private let look = Mutex(Look())

    init(store: any StateStore) { self.store = store }

    struct Summary: Hashable, Sendable {
        var waiting = 0
        var failed = 0
        /// When the oldest waiting row was put there, Unix milliseconds.
        var oldestTs: Int64?
    }

    /// What ``summary()`` said at most ``lookLifetime`` ago, or says now; while it is counted, what it said last.
    ///
    /// Anybody may ask how the CRM is, and counting reads every row.
    func lately(at now: ContinuousClock.Instant = .now) async throws(BusError) -> Summary {
        let known = look.withLock { look -> Summary? in
            guard let summary = look.summary, look.isUnderWay || now - look.at < Self.lookLifetime else {
                look.isUnderWay = true
                return nil
            }
            return summary
        }
        if let known { return known }
        defer { look.withLock { $0.isUnderWay = false } }
        let summary = try await summary()
        look.withLock { look in
            look.summary = summary
            look.at = now
        }
        return summary
    }

    func summary() async throws(BusError) -> Summary {
        let due = try await store.all(ActivityOutbox.map, prefix: "due/", limit: Self.maxCounted)
        let failed = try await store.all(ActivityOutbox.map, prefix: "failed/", limit: Self.maxCounted)
        return Summary(
            waiting: due.count, failed: failed.count, oldestTs: due.compactMap { OutboxRow($0.value)?.queuedTs }.min())
    }

    /// Rows that failed, without what they say of people: `{interactionId, agentId, queuedTs, code, field?}`.
    func failed(limit: Int) async throws(BusError) -> [JSONValue] {
        try await store.list(ActivityOutbox.map, prefix: "failed/", after: "", limit: limit).entries.compactMap {
            entry in
            guard let row = OutboxRow(entry.value) else { return nil }
            var object = JSONObject([
                ("interactionId", .string(row.log.interactionID)), ("agentId", .string(row.log.agentID)),
                ("queuedTs", .number(JSONNumber(row.queuedTs))), ("code", .string(row.code ?? "")),
            ])
            object["field"] = row.field.map { .string($0) }
            return .object(object)
        }
    }

    /// Puts failed rows on their way again, one interaction's or all.
    ///
    /// - Returns: How many; one that somebody else brings back at the same moment is not counted.
    /// - Throws: ``BusError``; ``EventError`` never in fact, the row was an event before.
    func retry(_ interactionID: String?, at now: Timestamp) async throws -> Int {
        let prefix = ActivityOutbox.State.failed.key(interactionID ?? "")
        let page = try await store.list(ActivityOutbox.map, prefix: prefix, after: "", limit: Self.maxRetried)
        var count = 0
        for entry in page.entries where interactionID == nil || entry.key == prefix {
            guard let row = OutboxRow(entry.value) else { continue }
            // A newer revision may be under way already: then this row is only taken away.
            let isWaiting = try await store.get(ActivityOutbox.map, ActivityOutbox.State.due.key(row.log.interactionID))
            let clear = MapWrite(.delete, map: ActivityOutbox.map, key: entry.key, expectedRevision: entry.revision)
            var (writes, publishes) = ([clear], [OutgoingEvent]())
            if isWaiting == nil {
                let due = try ActivityOutbox.enqueue(row.log, at: now, attempt: String(entry.revision))
                writes.append(due.write)
                publishes.append(due.event)
            }
            do throws(BusError) {
                try await store.commit(writes, publishes)
                count += 1
            } catch {
                guard case .revisionMismatch = error else { throw error }
            }
        }
        return count
    }
}
