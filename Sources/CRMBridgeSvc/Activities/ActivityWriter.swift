import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Wire

/// Writes activities to the CRM, in the group `crm-log`: one revision of an interaction at a time, across all processes.
///
/// The CRM has an activity once because its id follows from the interaction. A process that dies between the CRM's answer
/// and the acknowledgement leaves the row and the delivery; the next one writes the same activity again.
struct ActivityWriter: Service {
    static let group = "crm-log"
    /// Longer than a connector's longest call (`crm.http.timeout_ms`) with its probe.
    static let ackWait = Duration.seconds(120)

    let bus: BusConnection
    let store: any StateStore
    let connector: any CRMConnector
    let settings: ActivitySettings
    let metrics: ActivityMetrics
    let logger: Logger
    var now: @Sendable () -> Timestamp

    func run() async throws {
        var config = GroupConfig(filters: [ActivityOutbox.dueTopic.name])
        config.deliverPolicy = .all
        config.maxDeliver = RetryPause.maxDeliver
        config.ackWaitMs = Int(Self.ackWait / .milliseconds(1))
        let options = ConsumeOptions(concurrency: settings.concurrency, prefetchEvents: settings.concurrency * 4)
        try await bus.consume(group: Self.group, config: config, update: true, options: options) { delivery in
            try await write(delivery)
        }
    }

    /// Decides about one delivery.
    ///
    /// - Throws: ``BusError`` when the row cannot be read: the group's own backoff repeats it.
    func write(_ delivery: Delivery) async throws -> Settlement {
        let key = ActivityOutbox.State.due.key(delivery.key)
        // An earlier event has taken the newest revision along, or an operator dropped the row.
        guard let entry = try await store.get(ActivityOutbox.map, key) else { return .ack }
        guard let row = OutboxRow(entry.value) else { return .term(reason: "activity.unreadable") }
        let clear = MapWrite(.delete, map: ActivityOutbox.map, key: key, expectedRevision: entry.revision)
        do throws(CRMError) {
            let reference = try await connector.log(row.log, isRepeat: delivery.attempt > 1)
            metrics.written(after: now().unixMilliseconds - row.queuedTs)
            return try logged(row.log, reference, clear)
        } catch {
            metrics.failed(error)
            guard error.isRetryable else { return try set(aside: row, error, clear, delivery) }
            let pause = RetryPause.after(
                attempt: delivery.attempt, asked: error.retryAfter, jitter: Double.random(in: 0..<1))
            return .nak(delay: pause, reason: error.code)
        }
    }

    private func logged(
        _ log: ActivityLog, _ reference: ActivityReference, _ clear: MapWrite
    ) throws(CRMError) -> Settlement {
        let activity: JSONValue = ["entity": .string(reference.entity), "id": .string(reference.id)]
        guard
            let event = try? ActivityOutbox.event(
                ActivityOutbox.loggedTopic, log, id: "activity.logged:\(log.interactionID):\(log.revision)",
                [("activity", activity)])
        else { throw .refused(field: "interactionId") }
        // What failed before is older than what is there now: brought back, it would be written over it.
        let failed = MapWrite(.delete, map: ActivityOutbox.map, key: ActivityOutbox.State.failed.key(log.interactionID))
        let writes = [clear, failed] + RecentActivities.writes(log, reference, age: settings.age)
        return .transaction(publishes: [event], writes: writes)
    }

    /// Moves a row away that no repetition will bring into the CRM, and says so.
    private func set(
        aside row: OutboxRow, _ error: CRMError, _ clear: MapWrite, _ delivery: Delivery
    ) throws -> Settlement {
        logger.warning("The CRM does not take an activity", metadata: ["error": "\(error.code)"])
        var failed = row
        failed.code = error.code
        if case .refused(let field) = error { failed.field = field }
        let event = try ActivityOutbox.event(
            ActivityOutbox.failedTopic, row.log,
            id: "activity.failed:\(row.log.interactionID):\(row.log.revision):\(delivery.offset)",
            [("code", .string(error.code))])
        let put = MapWrite(
            .put, map: ActivityOutbox.map, key: ActivityOutbox.State.failed.key(delivery.key), value: failed.bytes)
        return .transaction(publishes: [event], writes: [clear, put])
    }
}

extension CRMError {
    /// How long the CRM wants not to be asked.
    var retryAfter: Duration? {
        guard case .unavailable(_, let pause) = self else { return nil }
        return pause
    }
}
