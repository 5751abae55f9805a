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
    /// Things to do under one pair; more become one repair.
    static let entryLimit = 100
    /// Pairs that are let go in one transaction.
    static let releaseBatch = 100
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
    /// - Throws: ``BusError``; then the event is to be tried again.
    func add(_ event: PumpEvent, waitingFor side: Side) async throws(BusError) {
        let key = "\(side.rawValue)/\(event.pair.text)"
        while true {
            let entry = try await map.get(key)
            var list = WaitingList(entry?.value ?? [])
            guard list.add(event, limit: Self.entryLimit) else { break }
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
            while true {
                let page = try await map.list(prefix: "\(side.rawValue)/", after: after, limit: Self.releaseBatch)
                count += page.entries.count
                // With the circuit open but its time over, one pair is the probe.
                if pause == nil || pause == .zero, after.isEmpty || pause == nil {
                    try await release(Array(page.entries.prefix(limit)))
                }
                guard page.hasMore, let last = page.entries.last else { break }
                after = last.key
            }
            metrics.waiting[side].set(count)
            if count > 0 { isEmpty = false }
        }
        return isEmpty
    }

    /// Publishes what waits and removes the entries, all or nothing; another process may be faster.
    private func release(_ entries: [MapEntry]) async throws {
        guard !entries.isEmpty else { return }
        var events: [OutgoingEvent] = []
        var writes: [MapWrite] = []
        for entry in entries {
            for (number, event) in WaitingList(entry.value).events.enumerated() {
                let token = "waiting:\(entry.revision):\(number)"
                events.append(try event.outgoing(.request(token: token)))
            }
            writes.append(MapWrite(.delete, map: map.name, key: entry.key, expectedRevision: entry.revision))
        }
        do throws(BusError) {
            _ = try await bus.transact(publishes: events, writes: writes)
        } catch {
            guard case .revisionMismatch = error, entries.count > 1 else { return }
            for entry in entries { try await release([entry]) }
        }
    }
}
