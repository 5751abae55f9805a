import Bus
import Events
import Wire

/// One handling of one pair: its record, and the conditional writes that keep a superseded handler out.
final class PairSession {
    /// The record as it is stored, nil before the pair exists.
    private(set) var record: PairRecord?
    /// 0: there is none.
    private(set) var revision: UInt64
    let pair: ConversationSID
    /// What is being handled.
    let delivery: Delivery
    let services: PumpServices
    /// When the Broker last heard of this handling.
    private var lastSign = ContinuousClock.now

    /// How long nothing need be said; short against ``PumpConsumer``'s `ack_wait` less the longest step.
    static let silence: Duration = .seconds(1)

    init(pair: ConversationSID, entry: SyncPairs.Entry?, delivery: Delivery, services: PumpServices) {
        self.pair = pair
        self.delivery = delivery
        self.services = services
        record = entry?.record
        revision = entry?.revision ?? 0
    }

    /// Stores a record, with events and further writes, all or nothing.
    /// - Throws: ``BusError/revisionMismatch(current:)`` when somebody else wrote it meanwhile: stop at once.
    func save(
        _ record: PairRecord, publishing events: [OutgoingEvent] = [], writing others: [MapWrite] = []
    ) async throws(BusError) {
        do throws(BusError) {
            let writes = [services.pairs.write(record, expecting: revision)] + others
            let transaction = try await services.bus.transact(publishes: events, writes: writes)
            guard let revision = transaction.revisions.first else { throw .wire(.malformed(what: "settle result")) }
            self.revision = revision
        } catch {
            services.pairs.forget(pair)
            throw error
        }
        self.record = record
        services.pairs.remember(record, revision: revision)
    }

    /// The time of day.
    var now: Timestamp { services.now() }

    /// Says that the handling goes on: ask for it before each step of a long one.
    ///
    /// Nothing is said again before ``silence`` has passed: a message that takes milliseconds says nothing.
    func goesOn() async {
        let now = ContinuousClock.now
        guard now - lastSign >= Self.silence else { return }
        lastSign = now
        await delivery.inProgress()
    }

    /// The conversation on a side; nil before the pair exists there.
    func conversation(on side: Side) -> ConversationSID? { record?.conversations[side] }
}
