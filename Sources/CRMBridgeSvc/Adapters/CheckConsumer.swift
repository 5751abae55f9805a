import Bus
import Events
import Logging
import ServiceLifecycle
import TwilioREST
import Wire

/// Asks the provider about interactions of which nothing more was heard: group `crm-check`.
///
/// The Broker holds the event until it is time; see ``InteractionCheck``.
struct CheckConsumer: Service {
    static let group = "crm-check"
    static let maxDeliver = 1_000

    let bus: BusConnection
    let desk: BridgeDesk
    let dials: DialDesk
    let logger: Logger

    func run() async throws {
        var config = GroupConfig(filters: ["interaction.check_due"])
        config.deliverPolicy = .all
        config.maxDeliver = Self.maxDeliver
        config.backoffMs = [1_000, 5_000, 30_000]
        try await bus.consume(group: Self.group, config: config, update: true) { try await handle($0) }
    }

    private func handle(_ delivery: Delivery) async throws -> Settlement {
        guard let event = try? delivery.event(), event.replayOf == nil, let data = event.data.json,
            let id = data["interactionId"]?.string, let agent = data["agentId"]?.string
        else { return .ack }
        let key = Interaction.key(agent: agent, id: id)
        guard let interaction = try await desk.store.load(key)?.interaction,
            let due = InteractionCheck.due(interaction)
        else { return .ack }
        let left = due - desk.milliseconds
        if left > 0 {
            return .nak(delay: .milliseconds(min(left, InteractionCheck.longestWait)), reason: "crm.check_waits")
        }
        do {
            let answer = try await ask(interaction)
            try await take(answer, interaction)
        } catch let error as TwilioError {
            logger.notice("An interaction could not be asked about", metadata: ["error": "\(error.code)"])
        }
        return .nak(delay: .milliseconds(InteractionCheck.pause(interaction)), reason: "crm.check_waits")
    }

    private func take(_ answer: InteractionCheck.Answer, _ interaction: Interaction) async throws {
        let inputs = InteractionCheck.inputs(answer, of: interaction)
        let ends = InteractionCheck.ends(answer)
        if !inputs.isEmpty || !ends.isEmpty {
            logger.notice(
                "An interaction had gone on at the provider without us",
                metadata: ["inputs": "\(inputs.count)", "legs": "\(ends.count)"])
        }
        if !inputs.isEmpty { try await desk.change(interaction.key) { _ in inputs } }
        for (who, leg) in ends {
            let mark = who == .agent ? Interaction.Mark.agentEnded : .customerEnded
            let part: BridgeEvent.Leg = who == .agent ? .agent : .customer
            _ = try await dials.leg(interaction.key, part, mark, call: leg.call, status: leg.status, at: leg.at)
        }
        // The agent's hang-up did not get through.
        if interaction.marks[.hungUp] != nil, ends.isEmpty, let call = interaction.agentCall {
            try await dials.calls.hangUp(call)
        }
    }

    private func ask(_ interaction: Interaction) async throws(TwilioError) -> InteractionCheck.Answer {
        var answer = InteractionCheck.Answer()
        let now = desk.milliseconds
        func milliseconds(_ time: Timestamp?) -> Int { time.map { Int($0.unixNanoseconds / 1_000_000) } ?? now }
        if interaction.reservationSID != nil {
            let found = try await dials.calls.reservation(of: interaction)
            answer.reservation = InteractionCheck.Reservation(
                status: found?.status.text, at: milliseconds(found?.dateUpdated))
        }
        let legs: [(DialMachine.Who, String?)] = [
            (.agent, interaction.agentCall), (.customer, interaction.customerCall),
        ]
        for (who, call) in legs {
            guard let call else { continue }
            guard let found = try await dials.calls.standing(of: call) else { continue }
            answer.legs[who] = InteractionCheck.Leg(
                call: call, status: found.status, at: milliseconds(found.endTime))
        }
        return answer
    }
}
