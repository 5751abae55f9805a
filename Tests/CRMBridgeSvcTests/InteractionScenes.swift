import Events
import Testing

@testable import CRMBridgeSvc

/// What a provider would tell of whole calls, as inputs with times; the tests shuffle, repeat and lose them.
enum InteractionScenes {
    struct Scene: Sendable {
        let name: String
        let start: Interaction
        let inputs: [InteractionInput]
        let outcome: ActivityLog.Outcome
        /// Milliseconds: ring, talk, hold.
        let times: [Int]
    }

    static func task() -> Interaction {
        var interaction = Interaction(id: "WT1", agentID: "ana", channel: .voice, direction: .inbound)
        interaction.taskSID = "WT1"
        interaction.reservationSID = "WR1"
        return interaction
    }

    static func dial(ringsCustomer: Bool = true) -> Interaction {
        var interaction = Interaction(id: "DL1", agentID: "ana", channel: .voice, direction: .outbound)
        interaction.dial = DialMachine(e164: "+34600111222", callerID: "+34911111111")
        interaction.dial?.agent = .placed
        // Stored before the customer's leg is asked for.
        if ringsCustomer { interaction.dial?.customer = .placed }
        interaction.marks[.requested] = 1_000
        return interaction
    }

    static func step(_ number: Int, _ kind: Interaction.Step.Kind, _ label: String, at: Int) -> InteractionInput {
        let digits = String(number)
        return .step(
            Interaction.Step(kind: kind, call: "CA-\(label)", label: label, at: at),
            key: "CF1:\(String(repeating: "0", count: 6 - digits.count))\(digits)", conference: "CF1")
    }

    static func leg(_ who: DialMachine.Who, _ mark: Interaction.Mark, at: Int, _ status: String? = nil)
        -> InteractionInput
    {
        .leg(who, mark, call: "CA-\(who.rawValue)", status: status, at: at)
    }

    static let answered: [InteractionInput] = [
        .mark(.offered, at: 1_000), .mark(.accepted, at: 6_000), step(1, .join, "worker", at: 6_100),
        step(2, .join, "customer", at: 6_200), step(3, .hold, "customer", at: 10_000),
        step(4, .unhold, "customer", at: 13_000),
    ]

    static let all: [Scene] = [
        Scene(
            name: "the customer hangs up", start: task(),
            inputs: answered + [
                step(5, .leave, "customer", at: 20_000), step(6, .leave, "worker", at: 20_000),
                .mark(.conferenceEnded, at: 20_000), .mark(.wrapping, at: 20_300), .mark(.completed, at: 25_000),
            ], outcome: .completed, times: [5_000, 10_800, 3_000]),
        Scene(
            name: "the agent hangs up", start: task(),
            inputs: answered + [
                .mark(.hungUp, at: 19_000), step(5, .leave, "worker", at: 20_000),
                step(6, .leave, "customer", at: 20_100), .mark(.wrapping, at: 20_300), .mark(.completed, at: 25_000),
            ], outcome: .completed, times: [5_000, 10_800, 3_000]),
        Scene(
            name: "the agent hands the customer on", start: task(),
            inputs: answered + [
                .begins(
                    Interaction.Transfer(
                        kind: .agent, target: "ben", isWarm: false, requestID: "r1", started: 15_000, phase: .creating)),
                .transfer(.ringing, sid: "WT2", at: 15_000), .transfer(.completed, sid: "WT2", at: 20_000),
                step(5, .leave, "customer", at: 20_000), .mark(.wrapping, at: 20_300), .mark(.completed, at: 25_000),
            ], outcome: .completed, times: [5_000, 10_800, 3_000]),
        Scene(
            name: "the agent does not answer", start: task(),
            inputs: [.mark(.offered, at: 1_000), .mark(.missed, at: 31_000)], outcome: .missed, times: [30_000, 0, 0]),
        Scene(
            name: "the agent declines", start: task(),
            inputs: [.mark(.offered, at: 1_000), .mark(.rejected, at: 4_000)], outcome: .rejected,
            times: [3_000, 0, 0]),
        Scene(
            name: "another agent is faster", start: task(),
            inputs: [.mark(.offered, at: 1_000), .mark(.rescinded, at: 3_000)], outcome: .cancelled,
            times: [2_000, 0, 0]),
        Scene(
            name: "the customer gives up in the queue", start: task(),
            inputs: [.mark(.offered, at: 1_000), .mark(.canceled, at: 2_500)], outcome: .cancelled,
            times: [1_500, 0, 0]),
        Scene(
            name: "a dialled customer answers and hangs up", start: dial(),
            inputs: [
                leg(.agent, .agentRinging, at: 1_500), leg(.agent, .agentAnswered, at: 3_000),
                leg(.customer, .customerRinging, at: 4_000), leg(.customer, .customerAnswered, at: 9_000),
                step(1, .join, "agent", at: 3_000), step(2, .join, "customer", at: 9_000),
                step(3, .leave, "customer", at: 15_000), leg(.customer, .customerEnded, at: 15_000, "completed"),
                leg(.agent, .agentEnded, at: 15_200, "completed"), .mark(.finished, at: 18_000),
            ], outcome: .completed, times: [5_000, 6_000, 0]),
        Scene(
            name: "a dialled customer is busy", start: dial(),
            inputs: [
                leg(.agent, .agentAnswered, at: 3_000), leg(.customer, .customerRinging, at: 4_000),
                leg(.customer, .customerEnded, at: 6_000, "busy"), leg(.agent, .agentEnded, at: 6_500, "completed"),
            ], outcome: .busy, times: [2_000, 0, 0]),
        Scene(
            name: "the agent does not take the telephone up", start: dial(ringsCustomer: false),
            inputs: [leg(.agent, .agentRinging, at: 1_500), leg(.agent, .agentEnded, at: 31_000, "no-answer")],
            outcome: .cancelled, times: [30_000, 0, 0]),
    ]
}

extension InteractionScenes.Scene: CustomTestStringConvertible {
    var testDescription: String { name }
}
