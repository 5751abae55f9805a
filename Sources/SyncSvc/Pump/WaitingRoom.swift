import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Synchronization
import Wire

/// Keeps the pairs whose side is away, and lets them go on when it answers again: the map `sync-waiting`.
///
/// While a side's circuit is open an event costs no request and no attempt: it is settled, and what there is to do is
/// noted under the pair, all doorbells for new messages as one. So an outage of any length reaches no dead letters, and
/// when it ends each pair is brought up to date once, in order.
///
/// Whoever marks a pair looks after it until the side answers; entries of processes that are gone are found by the look
/// every ``lookInterval``.
final class WaitingRoom: Service {
    /// Entries that are let go in one transaction, and their bytes.
    static let releaseBatch = 100
    static let releaseBytes = 2 << 20
    /// How often entries of others are looked for.
    static let lookInterval: Duration = .seconds(5)
    /// How often it is looked whether a side answers again, while pairs wait.
    static let probeInterval: Duration = .milliseconds(200)

    private let bus: BusConnection
    private let map: BusMap
    private let projects: BothSides<any MessagingProject>
    private let metrics: PumpMetrics
    private let logger: Logger
    private let isAnybodyHere = Atomic<Bool>(true)

    init(
        bus: BusConnection, map: BusMap, projects: BothSides<any MessagingProject>, metrics: PumpMetrics, logger: Logger
    ) {
        self.bus = bus
        self.map = map
        self.projects = projects
        self.metrics = metrics
        self.logger = logger
    }

    /// Notes that an event waits for a side.
    ///
    /// One about a list of messages, which has waited before, is taken apart again.
    /// - Throws: ``BusError``; then the event is to be tried again.
    func add(_ event: PumpEvent, waitingFor side: Side) async throws(BusError) {
        let messages = event.editedMessages
        guard event.messageSID == nil, !messages.isEmpty else { return try await note(event, waitingFor: side) }
        for message in messages {
            var one = PumpEvent(pair: event.pair, side: event.side, reason: .edit)
            one.conversation = event.conversation
            one.messageSID = message
            one.index = event.index
            try await note(one, waitingFor: side)
        }
    }

    private func note(_ event: PumpEvent, waitingFor side: Side) async throws(BusError) {
        let shard = WaitingList.shard(event).map { "/\($0)" } ?? ""
        let key = "\(side.rawValue)/\(event.pair.text)\(shard)"
        while true {
            let entry = try await map.get(key)
            var list = WaitingList(entry?.value ?? [])
            guard list.add(event) else { break }
            do throws(BusError) {
                try await map.put(key, list.bytes, expecting: entry?.revision ?? 0)
                break
            } catch {
                guard case .revisionMismatch = error else { throw error }
            }
        }
        isAnybodyHere.store(true, ordering: .relaxed)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var sinceLook: Duration = .zero
            while !Task.isCancelled {
                if isAnybodyHere.load(ordering: .relaxed) || sinceLook >= Self.lookInterval {
                    isAnybodyHere.store(false, ordering: .relaxed)
                    let isEmpty = (try? await look()) ?? false
                    if !isEmpty { isAnybodyHere.store(true, ordering: .relaxed) }
                    sinceLook = .zero
                }
                try? await Task.sleep(for: Self.probeInterval)
                sinceLook += Self.probeInterval
            }
        }
    }

    /// Lets go whoever may; true when nobody waits.
    private func look() async throws -> Bool {
        var isEmpty = true
        for side in Side.allCases {
            let pause = projects[side].pause
            let limit = pause == nil ? Self.releaseBatch : 1
            var after = ""
            var count = 0
            var last = Substring()
            while true {
                let page = try await map.list(prefix: "\(side.rawValue)/", after: after, limit: Self.releaseBatch)
                for entry in page.entries where Self.pair(entry) != last {
                    last = Self.pair(entry)
                    count += 1
                }
                // With the circuit open but its time over, one pair is the probe.
                if pause == nil || pause == .zero, after.isEmpty || pause == nil {
                    try await release(Array(page.entries.prefix(limit)))
                }
                guard page.hasMore, let end = page.entries.last else { break }
                after = end.key
            }
            metrics.waiting[side].set(count)
            if count > 0 { isEmpty = false }
        }
        return isEmpty
    }

    /// The pair of an entry: its key is `<side>/<pair>` or `<side>/<pair>/<shard>`.
    private static func pair(_ entry: MapEntry) -> Substring {
        let parts = entry.key.split(separator: "/", maxSplits: 2)
        return parts.count > 1 ? parts[1] : ""
    }

    /// Lets entries go, in their order, as many at once as ``releaseBytes`` allows.
    private func release(_ entries: [MapEntry]) async throws {
        var batch: [MapEntry] = []
        var bytes = 0
        for entry in entries {
            if bytes + entry.value.count > Self.releaseBytes {
                try await publish(batch)
                (batch, bytes) = ([], 0)
            }
            batch.append(entry)
            bytes += entry.value.count
        }
        try await publish(batch)
    }

    /// Publishes what waits and removes the entries, all or nothing; another process may be faster.
    ///
    /// Entries that are refused together, such as those that are too many bytes for a message, are let go one by one.
    private func publish(_ entries: [MapEntry]) async throws {
        guard !entries.isEmpty else { return }
        var events: [OutgoingEvent] = []
        var writes: [MapWrite] = []
        for entry in entries {
            for (number, event) in WaitingList(entry.value).events.enumerated() {
                let token = "waiting:\(entry.key):\(entry.revision):\(number)"
                events.append(try event.outgoing(.request(token: token)))
            }
            writes.append(MapWrite(.delete, map: map.name, key: entry.key, expectedRevision: entry.revision))
        }
        do throws(BusError) {
            _ = try await bus.transact(publishes: events, writes: writes)
        } catch {
            guard entries.count > 1, !error.isRetryable else { return told(error, entries) }
            for entry in entries { try await publish([entry]) }
        }
    }

    private func told(_ error: BusError, _ entries: [MapEntry]) {
        if case .revisionMismatch = error { return }
        logger.warning(
            "Events that waited for a side could not be let go; they are tried again",
            metadata: [LogKeys.reason: "\(error.code)", "entries": "\(entries.count)"])
    }
}
