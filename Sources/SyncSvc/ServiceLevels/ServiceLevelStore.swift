import Bus
import Events
import Hosting
import Wire

/// Keeps facts and finished interactions in the map `sync-levels`.
///
/// Keys: `t/<task>` facts of a task, `c/<conversation>` of a conversation, `x/<conversation>/<task>` which tasks are
/// about a conversation, `e/<task>` tasks that ended and are not summed up yet, `d/<end>/<task>` finished interactions.
/// Facts of one task or conversation are written by the handler of its ordering key alone.
struct ServiceLevelStore: Sendable {
    static let mapName = "sync-levels"
    /// What is not summed up in this time, because events are missing, is forgotten.
    static let factsTTL: Duration = .seconds(7 * 86_400)
    /// How long finished interactions can be asked for.
    static let finishedTTL: Duration = .seconds(7 * 86_400)
    /// Finished interactions that one report is made of, at most.
    static let reportLimit = 20_000

    let bus: BusConnection
    /// How long after its end an interaction is summed up.
    let settle: Duration
    let metrics: MetricsRegistry

    private var map: BusMap { bus.map(Self.mapName) }

    func put(_ key: String, _ value: JSONValue, expecting revision: UInt64?) -> MapWrite {
        MapWrite(
            .put, map: Self.mapName, key: key, value: value.bytes, expectedRevision: revision,
            ttl: UInt64(Self.factsTTL / .milliseconds(1)))
    }

    func entry(_ key: String) async throws(BusError) -> (value: JSONValue, revision: UInt64)? {
        guard let entry = try await map.get(key), let value = try? JSONValue(parsing: entry.value) else { return nil }
        return (value, entry.revision)
    }

    func task(_ sid: String) async throws(BusError) -> TaskFacts? {
        try await entry("t/\(sid)").flatMap { TaskFacts($0.value) }
    }

    func conversation(_ sid: String) async throws(BusError) -> ConversationFacts? {
        try await entry("c/\(sid)").flatMap { ConversationFacts($0.value) }
    }

    /// The tasks about a conversation.
    func tasks(about conversation: String) async throws(BusError) -> [String] {
        let page = try await map.list(prefix: "x/\(conversation)/", limit: 1_000)
        return page.entries.map { String($0.key.dropFirst(conversation.utf8.count + 3)) }
    }

    /// Tasks whose end is older than the time to settle.
    func due(at now: Timestamp) async throws(BusError) -> [String] {
        let page = try await map.list(prefix: "e/", limit: 1_000)
        return page.entries.compactMap { entry in
            guard let end = (try? JSONValue(parsing: entry.value))?.milliseconds,
                let time = Timestamp(unixMilliseconds: end), time.advanced(by: settle) <= now
            else { return nil }
            return String(entry.key.dropFirst(2))
        }
    }

    /// Publishes that an interaction is over, once, and forgets what it was made of.
    func finish(_ interaction: InteractionSummary, conversations: [String]) async throws {
        var writes = interaction.tasks.flatMap { task in
            [delete("t/\(task)"), delete("e/\(task)")]
                + (conversations.first.map { [delete("x/\($0)/\(task)")] } ?? [])
        }
        writes += conversations.map { delete("c/\($0)") }
        writes.append(
            MapWrite(
                .put, map: Self.mapName, key: "d/\(interaction.endedMilliseconds)/\(interaction.firstTask)",
                value: interaction.json.bytes, ttl: UInt64(Self.finishedTTL / .milliseconds(1))))
        let event = try OutgoingEvent(interaction.event())
        do throws(BusError) {
            _ = try await bus.transact(publishes: [event], writes: writes)
        } catch {
            // It was summed up before with other facts: the first word stands.
            guard case .conflict = error else { throw error }
            _ = try await bus.transact(writes: Array(writes.dropLast()))
            return
        }
        observe(interaction)
    }

    private func delete(_ key: String) -> MapWrite { MapWrite(.delete, map: Self.mapName, key: key) }

    private func observe(_ interaction: InteractionSummary) {
        let labels = ["queue": interaction.queue ?? "", "channel": interaction.channel ?? ""]
        func time(_ name: String, _ help: String, _ milliseconds: UInt64?) {
            guard let milliseconds else { return }
            let buckets: [Double] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400]
            metrics.histogram("sync.interaction.\(name)", help: help, buckets: buckets, labels: labels)
                .observe(.milliseconds(Int64(clamping: milliseconds)))
        }
        time("wait", "From the task's creation to the first acceptance.", interaction.waitMilliseconds)
        time("first_response", "From the first question to the first answer.", interaction.firstResponseMilliseconds)
        time(
            "response", "From a question to its answer, averaged over one interaction.",
            interaction.responses.averageMilliseconds)
        time("duration", "From the task's creation to the end of the conversation.", interaction.durationMilliseconds)
    }

    /// The report of the interactions that ended in a window.
    func report(since: Timestamp, until: Timestamp) async throws(BusError) -> JSONValue {
        var report = ServiceLevelReport()
        var after = "d/\(since.unixMilliseconds)"
        var count = 0
        while count < Self.reportLimit {
            let page = try await map.list(prefix: "d/", after: after, limit: 1_000)
            for entry in page.entries {
                if let value = try? JSONValue(parsing: entry.value) { report.add(value) }
            }
            count += page.entries.count
            guard page.hasMore, let last = page.entries.last else {
                return report.json(since: since, until: until, isComplete: true)
            }
            after = last.key
        }
        return report.json(since: since, until: until, isComplete: false)
    }
}
