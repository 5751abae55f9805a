import Bus
import Events
import Hosting
import Logging
import TwilioREST
import Wire

/// Handles `sync.agent`: all that concerns one agent, one after the other, with his record in the map `sync-agents`.
///
/// It may run again for the same event after a crash at any point. What it decides becomes visible only with the
/// settlement; before, only the intent to write is stored, so that a second run decides the same, finds what the first
/// one wrote, and goes on.
struct AgentDesk: Sendable {
    let settings: AgentSettings
    let provider: any AgentProvider
    let store: any AgentStore
    /// How long a write may still take effect after it was begun.
    let writeHorizon: Duration
    let logger: Logger
    let now: @Sendable () -> Timestamp

    /// What ends a handling early.
    enum Interruption: Error {
        /// An earlier attempt's write may still be under way.
        case again(after: Duration, reason: String)
    }

    func handle(_ delivery: Delivery) async -> Settlement {
        guard let event = try? delivery.event(), let work = event.data.json.flatMap({ AgentEvent($0) }) else {
            return .term(reason: "sync.agent_malformed")
        }
        // A replay is for looking at; nobody is asked or told again.
        if event.replayOf != nil { return .ack }
        // An imperative that comes too late is refused, never carried out late: a nudge, a question.
        if event.isExpired(at: now()) { return .ack }
        do {
            let (record, revision) = try await store.load(work.agent)
            var visit = AgentVisit(
                agent: work.agent, cause: delivery.eventID, record: record, revision: revision,
                goesOn: { await delivery.inProgress() })
            if let intent = record.intent { try wait(for: intent) }
            try await carryOut(work, &visit)
            visit.record.intent = nil
            return .transaction(
                publishes: try visit.notified(),
                writes: store.writes(visit.record, of: work.agent, expecting: visit.revision))
        } catch {
            return Self.settlement(error)
        }
    }

    private func carryOut(_ work: AgentEvent, _ visit: inout AgentVisit) async throws {
        switch work.kind {
        case .reserved(let prompt, let flexName):
            try await reserved(prompt, flexName: flexName, &visit)
        case .ended(let reservation, let outcome):
            let actions = visit.record.desk.ended(reservation, outcome, now: now())
            try await perform(actions, &visit)
        case .reply(let reply, let conversation):
            // The doorbell asked whose conversation it is; by now the agent may have another one.
            guard conversation == visit.record.system?.sid else { return }
            let actions = visit.record.desk.replied(reply, now: now())
            try await perform(actions, &visit)
        case .activity(let change, let worker):
            try await changed(change, worker: worker, &visit)
        case .nudge:
            guard settings.nudges.allows(last: visit.record.lastNudge, now: now()) else { return }
            visit.record.lastNudge = now()
            try await say(NoticeText(language: settings.language).nudge, tag: "nudge:\(visit.cause)", &visit)
            visit.notices.append("nudge")
        case .transferUndone(let reason):
            let text = NoticeText(language: settings.language).transfer(reason)
            try await say(text, tag: visit.cause, &visit)
        case .outgoing(let notice):
            try await say(NoticeText(language: settings.language).outgoing(notice), tag: visit.cause, &visit)
        }
    }

    // MARK: Reservations

    private func reserved(_ prompt: Prompt, flexName: String, _ visit: inout AgentVisit) async throws {
        visit.record.flexWorker = prompt.worker
        await visit.goesOn()
        // The event may be old, after an outage: what has ended is not asked about.
        if let outcome = try await provider.outcome(prompt) {
            try await perform(visit.record.desk.ended(prompt.reservation, outcome, now: now()), &visit)
            return
        }
        switch try await decide(prompt, &visit) {
        case .leave: return
        case .accept:
            await visit.goesOn()
            // Idempotent: accepting what is accepted changes nothing.
            let outcome = try await provider.accept(prompt)
            let actions = visit.record.desk.ended(prompt.reservation, outcome, now: now())
            try await perform(actions, &visit)
            visit.notices.append("accepted")
        case .ask:
            try await perform(visit.record.desk.reserved(prompt, now: now()), &visit)
        }
    }

    private func decide(_ prompt: Prompt, _ visit: inout AgentVisit) async throws -> AutoAcceptGuard.Decision {
        let worker = try await provider.worker(visit.agent, on: .frontline, known: visit.record.frontlineWorker)
        visit.record.frontlineWorker = worker?.sid
        let isDecidedByCount = settings.autoAccept.isOn && settings.autoAccept.maxOpen > 0
        let open = isDecidedByCount ? try await provider.openReservations(ofFlexWorker: prompt.worker) : 0
        return settings.autoAccept.decide(
            AutoAcceptGuard.Situation(
                isVoice: prompt.channel == .voice, isMobileAvailable: worker?.isAvailable, openReservations: open))
    }

    private func perform(_ actions: [PromptDesk.Action], _ visit: inout AgentVisit) async throws {
        let text = NoticeText(language: settings.language)
        var waiting = actions
        while !waiting.isEmpty {
            await visit.goesOn()
            switch waiting.removeFirst() {
            case .ask(let prompt):
                if let outcome = try await provider.outcome(prompt) {
                    waiting.append(contentsOf: visit.record.desk.ended(prompt.reservation, outcome, now: now()))
                    continue
                }
                // Tagged: looked for before it is repeated.
                let index = try await say(
                    text.question(prompt.channel), tag: "ask:\(prompt.reservation)", &visit)
                visit.record.desk.asked(prompt.reservation, index: index)
                visit.notices.append("asked")
            case .accept(let prompt):
                let outcome = try await provider.accept(prompt)
                if outcome != .accepted { waiting += visit.record.desk.refused(prompt.reservation, outcome) }
            case .decline(let prompt):
                let outcome = try await provider.decline(prompt)
                if outcome == .expired { waiting += visit.record.desk.refused(prompt.reservation, outcome) }
            case .say(let notice, let cause):
                try await say(text.notice(notice), tag: "notice:\(cause)", &visit)
            }
        }
    }

    // MARK: Messages

    /// Writes into the agent's system conversation, once.
    @discardableResult
    private func say(_ text: String, tag: String, _ visit: inout AgentVisit) async throws -> Int {
        await visit.goesOn()
        let system = try await provider.systemConversation(of: visit.agent, known: visit.record.system)
        visit.record.system = system
        if visit.isRepeated, let index = try await provider.index(ofNotice: tag, in: system.sid) { return index }
        await visit.goesOn()
        try await note(AgentRecord.Intent(tag: tag, at: now()), &visit)
        return try await provider.post(text, tag: tag, to: visit.agent, in: system.sid)
    }

    /// Stores the intent to write, and nothing else of what was decided: a second run is to decide it again.
    private func note(_ intent: AgentRecord.Intent, _ visit: inout AgentVisit) async throws {
        visit.stored.intent = intent
        visit.stored.system = visit.record.system
        visit.revision = try await store.save(visit.stored, of: visit.agent, expecting: visit.revision)
    }

    private func wait(for intent: AgentRecord.Intent) throws {
        let end = intent.at.advanced(by: writeHorizon)
        guard now() < end else { return }
        let left = Duration.nanoseconds(Int64(clamping: end.unixNanoseconds - now().unixNanoseconds))
        throw Interruption.again(after: left, reason: "sync.intent_open")
    }

    // MARK: Activities

    private func changed(_ change: ActivitySync.Change, worker: String, _ visit: inout AgentVisit) async throws {
        if change.side == .flex { visit.record.flexWorker = worker } else { visit.record.frontlineWorker = worker }
        let writes = visit.record.activity.changed(change, map: settings.activities, now: now())
        for write in visit.isRepeated ? visit.record.activity.due(settings.activities, trusting: false) : writes {
            try await carryOut(write, &visit)
        }
    }

    private func carryOut(_ write: ActivitySync.Write, _ visit: inout AgentVisit) async throws {
        await visit.goesOn()
        let name = write.side == .flex ? settings.identities.flex(ofFrontline: visit.agent) : visit.agent
        let known = write.side == .flex ? visit.record.flexWorker : visit.record.frontlineWorker
        guard let name, let worker = try await provider.worker(name, on: write.side, known: known) else { return }
        if write.side == .flex {
            visit.record.flexWorker = worker.sid
        } else {
            visit.record.frontlineWorker = worker.sid
        }
        guard worker.activity != write.activity else {
            visit.record.activity.found(worker.activity, on: write.side)
            return
        }
        // Setting an activity is idempotent; what is noted is that its echo is expected.
        if !visit.record.activity.expected.contains(where: { $0.write == write }) {
            visit.record.activity.writing(write, now: now(), window: settings.echoWindow)
        }
        visit.stored.activity = visit.record.activity
        try await note(AgentRecord.Intent(tag: "activity", at: now()), &visit)
        let changed = try await provider.setActivity(write.activity, of: worker.sid, on: write.side)
        guard let changed else {
            visit.record.activity.unwritten(write)
            logger.warning(
                "An activity of the map does not exist, so it could not be set",
                metadata: ["side": "\(write.side.rawValue)"])
            return
        }
        visit.record.activity.written(write, at: changed.second)
        if write.side == .frontline {
            try await provider.setAppAvailability(changed.isAvailable, of: visit.agent)
        }
    }

    // MARK: Errors

    static func settlement(_ error: any Error) -> Settlement {
        switch error {
        case Interruption.again(let delay, let reason): .nak(delay: delay, reason: reason)
        case TwilioError.cancelled, TwilioError.unreadable: .nak(delay: nil, reason: "sync.agent_interrupted")
        case TwilioError.rejected(let problem) where [401, 403].contains(problem.status):
            .nak(delay: PumpVerdict.credentialPause, reason: "sync.agent_credentials")
        case let error as TwilioError:
            error.isRetryable || error.mayHaveTakenEffect
                ? .nak(delay: error.retryAfter, reason: error.code) : .term(reason: error.code)
        case let error as BusError: .nak(delay: nil, reason: error.code)
        default: .nak(delay: nil, reason: "sync.agent_failed")
        }
    }
}
