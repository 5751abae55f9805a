import Bus
import ServiceLifecycle
import Wire

/// Consumes a group and hands each event to a program.
///
/// Stops when told to: no new event is started, running programs are let finish.
struct HandlerService: Service {
    let bus: BusConnection
    let group: String
    let config: GroupConfig?
    let isUpdate: Bool
    let concurrency: Int
    /// Whether events of the bus about itself are settled unseen, as with a group that takes everything: a dead letter
    /// of its own would otherwise become its next event, for ever.
    let isSystemSkipped: Bool
    let program: HandlerProgram
    let report: @Sendable (Delivery, HandlerOutcome, HandlerOutcome.Decision, Duration) -> Void
    /// Says in words for the user when no Broker answers.
    let waitUntilConnected: @Sendable () async throws -> Void

    func run() async throws {
        try await waitUntilConnected()
        var options = ConsumeOptions()
        options.concurrency = concurrency
        // A program takes its time, and ack_wait runs for what is fetched ahead too: fetch what can start at once.
        options.prefetchEvents = concurrency
        try await bus.consume(group: group, config: config, update: isUpdate, options: options) { delivery in
            await handle(delivery)
        }
    }

    private func handle(_ delivery: Delivery) async -> Settlement {
        if isSystemSkipped, delivery.topic.hasPrefix("sys.") { return .ack }
        let start = ContinuousClock.now
        let input = HandlerProgram.Input(
            topic: delivery.topic, key: delivery.key, offset: delivery.offset, attempt: delivery.attempt,
            group: group, document: delivery.document)
        let (outcome, tail) = await program.run(input)
        let decision = outcome.decision(stderrTail: tail)
        report(delivery, outcome, decision, ContinuousClock.now - start)
        switch decision {
        case .ack: return .ack
        case .nak(let reason): return .nak(reason: reason)
        case .term(let reason): return .term(reason: reason)
        }
    }
}
