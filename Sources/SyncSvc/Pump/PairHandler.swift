import Bus
import Events
import Hosting
import Logging

/// Handles `sync.pump`: finds who is responsible for the reason, and judges what comes of it.
///
/// The Broker hands out the events of one pair one after the other, across all processes.
struct PairHandler: Sendable {
    private let services: PumpServices
    private let waitingRoom: WaitingRoom
    private let reactions: [PumpReason: any PairReaction]
    private let followUps: [PumpReason: [any PairFollowUp]]

    /// Makes one: each reason is handled at most once, an event with another reason is given up; follow-ups run in this
    /// order when the reaction is done.
    init(
        services: PumpServices, waitingRoom: WaitingRoom, reactions: [any PairReaction],
        followUps: [any PairFollowUp] = []
    ) {
        self.services = services
        self.waitingRoom = waitingRoom
        var table: [PumpReason: any PairReaction] = [:]
        for reaction in reactions {
            for reason in reaction.reasons {
                precondition(table[reason] == nil, "two reactions to \(reason)")
                table[reason] = reaction
            }
        }
        self.reactions = table
        var behind: [PumpReason: [any PairFollowUp]] = [:]
        for followUp in followUps {
            for reason in followUp.reasons { behind[reason, default: []].append(followUp) }
        }
        self.followUps = behind
    }

    /// Handles one delivery.
    func handle(_ delivery: Delivery) async -> Settlement {
        guard let told = try? delivery.event(), let data = told.data.json, let event = PumpEvent(data) else {
            return .term(reason: "sync.pump_malformed")
        }
        // A replay rings for what was done then.
        guard told.replayOf == nil else { return .ack }
        guard let reaction = reactions[event.reason] else {
            return .term(reason: "sync.reason_unknown: nobody handles '\(event.reason.rawValue)'")
        }
        return await settlement(of: event, await outcome(of: event, reaction, delivery))
    }

    private func outcome(of event: PumpEvent, _ reaction: any PairReaction, _ delivery: Delivery) async -> PumpOutcome {
        do {
            let session = PairSession(
                pair: event.pair, entry: try await entry(for: event), delivery: delivery, services: services)
            let behind = followUps[event.reason] ?? []
            guard !behind.isEmpty else { return try await reaction.react(to: event, in: session) }
            var outcome: PumpOutcome
            do {
                outcome = try await reaction.react(to: event, in: session)
            } catch {
                outcome = verdict(error, event)
            }
            for followUp in behind where outcome.isOver {
                outcome = outcome.followed(by: try await followUp.follow(event, in: session))
            }
            return outcome
        } catch {
            return verdict(error, event)
        }
    }

    /// The record to begin with: the remembered one where it fits a message, else as it is stored.
    ///
    /// What acts on people or marks before it saves must not act on a record that others have changed since. A message that
    /// is not the next one says that another process has handled those before: reading costs less than a listing from an
    /// old cursor and a write that is refused.
    private func entry(for event: PumpEvent) async throws -> SyncPairs.Entry? {
        if event.reason == .message, let index = event.index, let known = services.pairs.remembered(event.pair),
            known.record.intent == nil, index <= known.record.cursors[event.side].index + 1
        {
            return known
        }
        return try await services.pairs.entry(event.pair, fresh: true)
    }

    private func verdict(_ error: any Error, _ event: PumpEvent) -> PumpOutcome {
        services.pairs.forget(event.pair)
        if case .revisionMismatch = error as? BusError { services.metrics.superseded.add() }
        let away = Side.allCases.first { services.projects[$0].pause != nil }
        return PumpVerdict(error, side: away ?? event.side.other, isAway: away != nil).outcome
    }

    private func settlement(of event: PumpEvent, _ outcome: PumpOutcome) async -> Settlement {
        switch outcome {
        case .done: return .ack
        case .again(let delay, let reason):
            services.metrics.retried.add()
            return .nak(delay: delay, reason: reason)
        case .giveUp(let reason):
            services.metrics.givenUp.add()
            services.logger.warning(
                "An event of a pair goes to the dead letters",
                metadata: ["pair": "\(event.pair.text)", LogKeys.reason: "\(reason)"])
            return .term(reason: reason)
        case .wait(let side, let reason):
            do {
                try await waitingRoom.add(event, waitingFor: side)
                return .ack
            } catch {
                services.metrics.retried.add()
                return .nak(delay: .seconds(1), reason: reason)
            }
        }
    }
}
