import Bus
import Events
import Logging
import ServiceLifecycle
import TwilioREST
import Wire

/// Ends the wrap-up of interactions that their agents forgot: group `crm-wrapup`.
///
/// The Broker holds the event until the time has come. The record is written first; then TaskRouter is told that the
/// reservation is completed, so that the worker is free for the next one, as often as it takes.
struct WrapUpConsumer: Service {
    static let group = "crm-wrapup"
    static let maxDeliver = 1_000

    let bus: BusConnection
    let desk: BridgeDesk
    let calls: TwilioCalls

    func run() async throws {
        var config = GroupConfig(filters: ["interaction.wrapup_due"])
        config.deliverPolicy = .all
        config.maxDeliver = Self.maxDeliver
        config.backoffMs = [1_000, 5_000, 30_000]
        try await bus.consume(group: Self.group, config: config, update: true) { try await handle($0) }
    }

    private func handle(_ delivery: Delivery) async throws -> Settlement {
        guard let event = try? delivery.event(), event.replayOf == nil, let data = event.data.json,
            let id = data["interactionId"]?.string, let agent = data["agentId"]?.string,
            let due = data["dueTs"]?.integer
        else { return .ack }
        let key = Interaction.key(agent: agent, id: id)
        let left = Int(due) - desk.milliseconds
        if left > 0 {
            // The agent may have finished already.
            guard let state = try await desk.store.load(key)?.interaction.state, !state.isFinal else { return .ack }
            return .nak(delay: .milliseconds(min(left, Self.longestWait)), reason: "crm.wrapup_runs")
        }
        let changed = try await desk.change(key) { $0.state == .wrapup ? [.mark(.abandoned, at: Int(due))] : [] }
        guard let changed, changed.reservationSID != nil, changed.marks[.abandoned] != nil,
            changed.marks[.completed] == nil
        else { return .ack }
        do {
            try await calls.complete(changed)
        } catch {
            // Over already, or gone: TaskRouter's own events tell.
            switch error {
            case .rejected, .invalidRequest: break
            default: return .nak(reason: error.code)
            }
        }
        return .ack
    }

    /// Between two looks, in milliseconds.
    private static let longestWait = 600_000
}
