import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Wire

/// Turns events of the two projects into `sync.pump`, in the group `sync-doorbells`.
struct DoorbellConsumer: Service {
    static let group = "sync-doorbells"
    /// How far the very first join looks back, in nanoseconds; later ones go on where the group stands.
    static let firstLookBack: UInt64 = 60_000_000_000

    let bus: BusConnection
    let doorbell: Doorbell
    let links: SyncLinks
    let concurrency: Int
    let ignored: [Doorbell.Reason: Counter]
    let rung: Counter
    var group = Self.group

    init(
        bus: BusConnection, doorbell: Doorbell, links: SyncLinks, concurrency: Int, metrics: MetricsRegistry
    ) {
        self.bus = bus
        self.doorbell = doorbell
        self.links = links
        self.concurrency = concurrency
        rung = metrics.counter("sync.doorbells.rung", help: "Events that became a sync.pump event.")
        ignored = Dictionary(
            uniqueKeysWithValues: Doorbell.Reason.allCases.map { reason in
                let counter = metrics.counter(
                    "sync.doorbells.ignored", help: "Events that rang nothing, by reason.",
                    labels: ["reason": reason.rawValue])
                return (reason, counter)
            })
    }

    func run() async throws {
        var config = GroupConfig(filters: Doorbell.filters)
        // Where the first process of all begins: a little before it said that it is ready.
        config.deliverPolicy = .byTime
        config.startTime = WallClock.now().unixNanoseconds - Self.firstLookBack
        config.ackWaitMs = 30_000
        config.maxDeliver = 100
        config.backoffMs = [100, 1_000, 5_000]
        let options = ConsumeOptions(
            concurrency: concurrency, prefetchEvents: 1_024, runsOnConnection: true)
        try await bus.consume(group: group, config: config, update: true, options: options) { delivery in
            try await handle(delivery)
        }
    }

    private func handle(_ delivery: Delivery) async throws -> Settlement {
        let event: Event
        do { event = try delivery.event() } catch { return .term(reason: "sync.event_malformed") }
        // A replay is for looking at; what it says has been done.
        guard event.replayOf == nil, let data = event.data.json,
            let subject = doorbell.conversation(of: event, data: data)
        else { return ignore(.foreign) }
        let pair = try await links.pair(of: subject.conversation)
        let decision = doorbell.decide(
            event, data: data, subject: subject, pair: pair, offset: delivery.offset, time: delivery.time)
        switch decision {
        case .ignore(let reason): return ignore(reason)
        case .ring(let ring):
            rung.add()
            let out = try ring.outgoing(.cause(recordID: event.recordID), correlation: event.correlationID)
            return .transaction(publishes: [out])
        }
    }

    private func ignore(_ reason: Doorbell.Reason) -> Settlement {
        ignored[reason]?.add()
        return .ack
    }
}
