import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import TwilioREST
import Wire

/// Heals at the start and every few minutes: publishes what never arrived, compares pairs and asks for repairs.
///
/// One process of all does it at a time: it holds the entry `lease` of the map `sync-healing`.
struct HealingService: Service {
    static let mapName = "sync-healing"
    /// Renewed by each step of a round; after it another process may take over.
    static let leaseTime: Duration = .seconds(120)
    /// A round that another process finished so recently counts as ours.
    static let recent: Duration = .seconds(30)

    let services: PumpServices
    let settings: HealingSettings
    let readers: BothSides<GapReader>
    let instance: String
    let metrics: HealingMetrics

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // What a process has missed is read soon after it starts, though another has just done a round.
            var distance = Self.recent
            while !Task.isCancelled {
                var pause = settings.interval
                do {
                    switch try await round(notWithin: distance) {
                    case .done:
                        metrics.rounds.add()
                        distance = settings.interval
                    case .goesOn: pause = .zero
                    case .later(let time): pause = time
                    }
                } catch is CancellationError {
                    return
                } catch {
                    metrics.failures.add()
                    services.logger.warning(
                        "A round of healing failed and is repeated at the next interval",
                        metadata: [LogKeys.error: "\(error)"])
                }
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// What became of a round.
    enum Outcome: Hashable, Sendable {
        case done
        /// `max_events` cut it: there is more to read.
        case goesOn
        /// Somebody else is at it, or was: when to look again.
        case later(Duration)
    }

    private var map: BusMap { services.bus.map(Self.mapName) }

    /// One round, unless another process is at it, or was within `distance`.
    func round(notWithin distance: Duration) async throws -> Outcome {
        let now = services.now()
        if let due = try await time("round")?.advanced(by: distance), due > now {
            return .later(now.duration(to: due) + .milliseconds(1))
        }
        guard try await takeLease() else { return .later(Self.recent) }
        var isWhole = true
        for side in Side.allCases {
            let last = try await time("seen/\(side.rawValue)")
            let since =
                last.map { $0.advanced(by: .zero - settings.overlap) }
                ?? now.advanced(by: .zero - settings.lookback)
            do {
                var until = since
                // Beyond the overlap at least, or the next round would read the same again.
                repeat {
                    let reading = try await readers[side].read(since: until, now: now)
                    for (source, count) in reading.counts { metrics.count(count, side: side, source: source) }
                    until = reading.until
                } while until < min(now, last ?? until)
                isWhole = isWhole && until >= now
                try await note(until, "seen/\(side.rawValue)")
            } catch let error as TwilioError {
                // The other side is read all the same; this one goes on from where it was.
                services.logger.warning(
                    "What a project has missed could not be read",
                    metadata: [LogKeys.project: "\(readers[side].project)", LogKeys.code: "\(error.code)"])
                metrics.failures.add()
            }
            _ = try await takeLease()
        }
        try await comparePairs(now: now)
        if isWhole { try await note(services.now(), "round") }
        _ = try await map.delete("lease")
        return isWhole ? .done : .goesOn
    }

    /// Compares the next pairs in turn and asks for the repair of those that differ.
    ///
    /// Messages are published as far back as the begin of the turn before, in which each pair was looked at.
    private func comparePairs(now: Timestamp) async throws {
        var after = try await map.get("pairs-after").map { String(decoding: $0.value, as: UTF8.self) } ?? ""
        if after.isEmpty {
            let last = try await time("turn") ?? now.advanced(by: .zero - settings.lookback)
            try await note(last.advanced(by: .zero - settings.overlap), "turn-since")
            try await note(now, "turn")
        }
        let since = try await time("turn-since") ?? now.advanced(by: .zero - settings.lookback)
        var compared = 0
        var missing = 0
        var drift = Duration.zero
        pairs: while compared < settings.maxPairs {
            let page = try await services.pairs.list(after: after, limit: 100)
            for record in page.records {
                let previous = after
                after = record.id.text
                guard record.isCopying else { continue }
                do {
                    let diff = try await compare(record, since: since, now: now)
                    missing += diff?.missing ?? 0
                    drift = max(drift, diff?.drift(at: now) ?? .zero)
                } catch let error as TwilioError {
                    // The next turn reads as far back as this one.
                    try await note(since.advanced(by: settings.overlap), "turn")
                    if case .circuitOpen = error {
                        after = previous
                        break pairs
                    }
                    continue
                }
                compared += 1
                if compared >= settings.maxPairs { break pairs }
            }
            guard page.next != nil else {
                after = ""
                break
            }
            _ = try await takeLease()
        }
        metrics.drift(messages: missing, duration: drift)
        if after.isEmpty {
            _ = try await map.delete("pairs-after")
        } else {
            _ = try await map.put("pairs-after", Array(after.utf8))
        }
    }

    /// Publishes the messages of open pairs that never arrived: what `patchbay gaps` does besides the listings.
    ///
    /// - Parameters:
    ///   - since: From when on.
    ///   - now: The time of day.
    ///   - isDry: Only counts.
    /// - Returns: Counts by side, over `max_pairs` pairs at most.
    /// - Throws: ``TwilioError`` of the first listing that fails, ``BusError``.
    func publishMessages(since: Timestamp, now: Timestamp, isDry: Bool) async throws -> BothSides<GapReader.Count> {
        var counts = BothSides(both: GapReader.Count())
        var after = ""
        var seen = 0
        while seen < settings.maxPairs {
            let page = try await services.pairs.list(after: after, limit: min(100, settings.maxPairs - seen))
            seen += page.records.count
            for record in page.records where record.isCopying {
                guard
                    let listing = try await PairListing(
                        record, projects: services.projects, limit: settings.maxMessages)
                else { continue }
                for side in Side.allCases {
                    guard let conversation = record.conversations[side] else { continue }
                    counts[side] =
                        try await counts[side]
                        + readers[side].publish(
                            listing.messages[side], in: conversation, since: since, now: now, isDry: isDry)
                }
            }
            guard let next = page.next else { break }
            after = next
        }
        return counts
    }

    private func compare(
        _ record: PairRecord, since: Timestamp, now: Timestamp
    ) async throws -> PairDiff? {
        guard
            let listing = try await PairListing(record, projects: services.projects, limit: settings.maxMessages)
        else { return nil }
        for side in Side.allCases {
            guard let conversation = record.conversations[side] else { continue }
            let count = try await readers[side].publish(
                listing.messages[side], in: conversation, since: since, now: now)
            metrics.count(count, side: side, source: "messages")
        }
        let isHalfWay = OutgoingMove(record).map { !$0.isOver } ?? false
        if !listing.plan.isEmpty || isHalfWay { try await requestRepair(record.id) }
        return listing.diff
    }

    /// Asks the pair's handler to repair it.
    func requestRepair(_ pair: ConversationSID) async throws {
        let event = PumpEvent(pair: pair, side: .flex, reason: .repair)
        let token = "\(instance)-\(services.now().unixMilliseconds)"
        _ = try await services.bus.publish(try event.outgoing(.request(token: token)))
    }

    // MARK: The map

    private func takeLease() async throws(BusError) -> Bool {
        let entry = try await map.get("lease")
        if let entry, String(decoding: entry.value, as: UTF8.self) != instance { return false }
        do throws(BusError) {
            _ = try await map.put(
                "lease", Array(instance.utf8), expecting: entry?.revision ?? 0, ttl: Self.leaseTime)
            return true
        } catch {
            guard case .revisionMismatch = error else { throw error }
            return false
        }
    }

    private func time(_ key: String) async throws(BusError) -> Timestamp? {
        guard let entry = try await map.get(key) else { return nil }
        return try? Timestamp(rfc3339: String(decoding: entry.value, as: UTF8.self))
    }

    private func note(_ time: Timestamp, _ key: String) async throws(BusError) {
        _ = try await map.put(key, Array(time.rfc3339.utf8))
    }
}

/// The figures of healing.
struct HealingMetrics: Sendable {
    let registry: MetricsRegistry
    let rounds: Counter
    let failures: Counter
    private let driftMessages: Gauge
    private let driftSeconds: Gauge

    init(registry: MetricsRegistry) {
        self.registry = registry
        rounds = registry.counter("sync.healing.rounds", help: "Rounds of healing that went through.")
        failures = registry.counter("sync.healing.failures", help: "Rounds of healing, or readings, that failed.")
        driftMessages = registry.gauge(
            "sync.drift.messages", help: "Messages without a copy, over the pairs of the last round.")
        driftSeconds = registry.gauge(
            "sync.drift.age", help: "How long the oldest message without a copy has been without.", unit: .seconds)
    }

    func count(_ count: GapReader.Count, side: Side, source: String) {
        registry.counter(
            "sync.gaps.events", help: "Events that never arrived and were published from a listing.",
            labels: ["side": side.rawValue, "source": source]
        ).add(count.published)
    }

    func drift(messages: Int, duration: Duration) {
        driftMessages.set(messages)
        driftSeconds.set(duration / .seconds(1))
    }
}
