import Bus
import Events
import Hosting
import Logging
import Synchronization
import Testing
import Wire

@testable import CRMBridgeSvc

struct ActivityWriterTests {
    let store = MemoryStore()
    let crm = ScriptedConnector()

    private var writer: ActivityWriter {
        ActivityWriter(
            bus: BusConnection(
                BusConfiguration(socketPath: "/nowhere", role: "service", client: "test"), logger: Logger(label: "test")
            ),
            store: store, connector: crm, settings: ActivitySettings(),
            metrics: ActivityMetrics(registry: MetricsRegistry()),
            logger: Logger(label: "test"), now: { Timestamp(unixNanoseconds: 1_790_000_100_000_000_000) })
    }

    /// Puts an activity into the outbox and makes its delivery.
    private func enqueue(_ log: ActivityLog, attempt: Int = 1) async throws -> Delivery {
        let due = try ActivityOutbox.enqueue(log, at: Timestamp(unixNanoseconds: 1_790_000_060_000_000_000))
        try await store.commit([due.write], [])
        return delivery(due.event, attempt: attempt)
    }

    private func delivery(_ event: OutgoingEvent, attempt: Int) -> Delivery {
        Delivery(
            offset: 7, attempt: attempt, topic: event.topic, key: event.key, eventID: event.id, document: event.document
        )
    }

    /// Does what the Broker does with a settlement.
    private func settle(_ settlement: Settlement) async throws -> [OutgoingEvent] {
        guard case .transaction(let publishes, let writes) = settlement else {
            Issue.record("\(settlement)")
            return []
        }
        try await store.commit(writes, publishes)
        return publishes
    }

    @Test("What was written is acknowledged, cleared, listed and published in one transaction")
    func writes() async throws {
        let log = Samples.log("WT1", revision: 1)
        let published = try await settle(try await writer.write(try await enqueue(log)))
        #expect(published.map(\.topic) == ["activity.logged"])
        let document = try #require(published.first?.document)
        let data = try #require(JSONValue(parsing: document)["data"])
        #expect(data["activity"]?["id"]?.string == log.activityID && data["revision"]?.integer == 1)
        #expect(store.keys(ActivityOutbox.map).isEmpty)
        let recent = RecentActivities(store: store)
        for owner in [RecentActivities.Owner.agent("ana.ruiz"), .contact("ct_1")] {
            let items = try await recent.list(owner, limit: 10)
            #expect(items.map { $0["log"]?["interactionId"]?.string } == ["WT1"])
        }
    }

    @Test("A CRM that is away is asked again later, and told that it may have it already")
    func retries() async throws {
        crm.script([.unavailable(.timeout, retryAfter: .seconds(90))])
        let log = Samples.log("WT1", revision: 1)
        guard case .nak(let delay, let reason) = try await writer.write(try await enqueue(log)) else {
            return #expect(Bool(false))
        }
        #expect(try #require(delay) >= .seconds(90) && reason == "crm.unavailable.timeout")
        #expect(store.keys(ActivityOutbox.map) == ["due/WT1"])
        _ = try await settle(try await writer.write(try await enqueue(log, attempt: 2)))
        #expect(crm.repeats == [false, true])
    }

    @Test("After ten minutes away the CRM is asked within two minutes, and not much more than once a minute before")
    func tenMinutes() {
        for jitter in [0, 0.5, 0.999] {
            var clock = Duration.zero
            var attempts = 0
            while clock < .seconds(600) {
                attempts += 1
                clock += RetryPause.after(attempt: attempts, asked: nil, jitter: jitter)
            }
            #expect(clock < .seconds(600 + 75), "\(jitter)")
            #expect((12...16).contains(attempts), "\(jitter)")
        }
        // Six days before an operator is needed.
        let all = (1..<RetryPause.maxDeliver).reduce(Duration.zero) {
            $0 + RetryPause.after(attempt: $1, asked: nil, jitter: 0)
        }
        #expect(all > .seconds(6 * 86_400))
    }

    @Test("A later revision travels with the first event, and the second finds nothing to do")
    func revisions() async throws {
        let first = try await enqueue(Samples.log("WT1", revision: 1))
        var later = Samples.log("WT1", revision: 2)
        later.notes = "called back"
        let second = try await enqueue(later)
        _ = try await settle(try await writer.write(first))
        #expect(crm.logged.map(\.revision) == [2])
        guard case .ack = try await writer.write(second) else { return #expect(Bool(false)) }
    }

    @Test("A row that changes while it is written is not cleared")
    func changedMeanwhile() async throws {
        let delivery = try await enqueue(Samples.log("WT1", revision: 1))
        let settlement = try await writer.write(delivery)
        _ = try await enqueue(Samples.log("WT1", revision: 2))
        await #expect(throws: BusError.self) { _ = try await settle(settlement) }
        #expect(store.keys(ActivityOutbox.map) == ["due/WT1"] && store.published.isEmpty)
    }

    @Test("What the CRM refuses is set aside, said, and brought back by an operator")
    func refused() async throws {
        crm.script([.refused(field: "dispositionCode")])
        let published = try await settle(try await writer.write(try await enqueue(Samples.log("WT1", revision: 1))))
        #expect(published.map(\.topic) == ["activity.failed"])
        let view = OutboxView(store: store)
        #expect(try await view.summary() == .init(waiting: 0, failed: 1, oldestTs: nil))
        #expect(try await view.failed(limit: 5).first?["field"]?.string == "dispositionCode")
        #expect(try await view.retry("WT1", at: Timestamp(unixNanoseconds: 1)) == 1)
        #expect(store.keys(ActivityOutbox.map) == ["due/WT1"])
        #expect(store.published.map(\.topic).last == "activity.due")
        #expect(Set(store.published.map(\.id)).count == store.published.count)
        #expect(try await view.retry(nil, at: Timestamp(unixNanoseconds: 1)) == 0)
    }

    @Test("What failed is gone when a later revision was written: no operator brings it back over the newer one")
    func failedThenWritten() async throws {
        crm.script([.refused(field: "dispositionCode")])
        _ = try await settle(try await writer.write(try await enqueue(Samples.log("WT1", revision: 1))))
        #expect(store.keys(ActivityOutbox.map) == ["failed/WT1"])
        _ = try await settle(try await writer.write(try await enqueue(Samples.log("WT1", revision: 2))))
        #expect(store.keys(ActivityOutbox.map).isEmpty)
        #expect(try await OutboxView(store: store).retry(nil, at: Timestamp(unixNanoseconds: 1)) == 0)
    }

    @Test("Whoever asks how it is, again and again, has the outbox counted every two seconds")
    func countsSeldom() async throws {
        let view = OutboxView(store: store)
        let start = ContinuousClock.now
        #expect(try await view.lately(at: start).waiting == 0)
        _ = try await enqueue(Samples.log("WT1", revision: 1))
        #expect(try await view.lately(at: start + .milliseconds(1_900)).waiting == 0)
        #expect(try await view.lately(at: start + .seconds(2)).waiting == 1)
    }

    @Test("Another agent's activities are for who supervises")
    func activitiesOfOthers() async throws {
        _ = try await settle(try await writer.write(try await enqueue(Samples.log("WT1", revision: 1))))
        let now: @Sendable () -> Timestamp = { Timestamp(unixNanoseconds: 1) }
        let routes = ConnectorRoutes(
            connector: GuardedConnector(crm, registry: MetricsRegistry()),
            builtin: BuiltinConnector(store: store, region: nil, activityAge: .seconds(60), now: now),
            store: store, outbox: OutboxView(store: store), now: now)
        func ask(_ query: [String: String], _ actor: CRMActor) async throws -> CRMReply? {
            try await routes.answer(
                CRMRequest(method: "GET", path: ["crm", "activities"], query: query, actor: actor))
        }
        let (ana, ben) = (CRMActor(subject: "ana.ruiz"), CRMActor(subject: "ben"))
        let boss = CRMActor(subject: "boss", role: "supervisor")
        for (query, actor, status, count) in [
            ([:], ana, 200, 1), (["agent": "ana.ruiz"], ana, 200, 1), (["agent": "ana.ruiz"], ben, 403, nil),
            (["agent": "ana.ruiz"], boss, 200, 1), (["contact": "ct_1"], ben, 200, 1),
        ] as [([String: String], CRMActor, Int, Int?)] {
            let reply = try #require(try await ask(query, actor))
            let items = try JSONValue(parsing: reply.body)["items"]?.array
            #expect(reply.status == status && items?.count == count, "\(query) \(actor)")
        }
    }

    @Test("A name with a slash does not show another's activities")
    func owners() {
        #expect(RecentActivities.Owner.agent("a/b").prefix == "agent/a%2Fb/")
        #expect(RecentActivities.Owner.agent("a%2Fb").prefix == "agent/a%252Fb/")
    }
}

/// A CRM that fails as it is told, and keeps activities by id.
final class ScriptedConnector: CRMConnector {
    private struct State {
        var errors: [CRMError] = []
        var logged: [ActivityLog] = []
        var repeats: [Bool] = []
    }

    private let state = Mutex(State())
    let name = "scripted"
    let capabilities = ConnectorCapabilities.log

    func script(_ errors: [CRMError]) { state.withLock { $0.errors = errors } }
    var logged: [ActivityLog] { state.withLock { $0.logged } }
    var repeats: [Bool] { state.withLock { $0.repeats } }

    func log(_ log: ActivityLog, isRepeat: Bool) async throws(CRMError) -> ActivityReference {
        let error = state.withLock { state -> CRMError? in
            state.repeats.append(isRepeat)
            guard state.errors.isEmpty else { return state.errors.removeFirst() }
            state.logged.append(log)
            return nil
        }
        if let error { throw error }
        return ActivityReference(id: log.activityID)
    }

    func candidates(_ wanted: WantedContact, limit: Int) async throws(CRMError) -> Candidates { throw .unsupported }
    func open(_ id: String) async throws(CRMError) -> Contact { throw .notFound }
    func create(_ draft: ContactDraft, key: String) async throws(CRMError) -> CreatedRecord { throw .unsupported }
    func search(_ text: String, cursor: String?, limit: Int) async throws(CRMError) -> ContactPage {
        throw .unsupported
    }
    func cases(of contact: String, limit: Int) async throws(CRMError) -> [CRMCase] { throw .unsupported }
    func createCase(_ draft: CaseDraft, key: String) async throws(CRMError) -> CreatedRecord { throw .unsupported }
    func check() async throws(CRMError) {}
}
