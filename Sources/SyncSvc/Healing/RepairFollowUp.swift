import Bus
import Events
import Hosting
import TwilioREST

/// Carries a repair plan out under the pair's key, after the pump has brought both sides up to date.
///
/// Exactly once: before anything is written the record notes until when writes may take effect, conditionally on its
/// revision; whoever finds such a note waits until its time is over, and lists anew. The note is renewed before a step that
/// begins more than ``window`` after it, so that a handler that was superseded meanwhile stops there.
struct RepairFollowUp: PairFollowUp {
    let reasons: Set<PumpReason> = [.repair]
    let settings: HealingSettings
    let writeHorizon: Duration
    let files: MediaCopier

    /// From noting it to beginning the last write under the note.
    static let window: Duration = .seconds(2)
    /// Steps carried out in one handling; the rest in the next.
    static let stepLimit = 20

    func follow(_ event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.state != .ignored else { return .done }
        if let until = record.healing["until"]?.integer.map({ Timestamp(unixNanoseconds: UInt64($0) * 1_000_000) }),
            until > session.now
        {
            return .again(after: session.now.duration(to: until) + .milliseconds(1), reason: "sync.outcome_open")
        }
        let projects = session.services.projects
        guard let listing = try await PairListing(record, projects: projects, limit: settings.maxMessages) else {
            return .done
        }
        let isClosed = record.state == .closed
        // A closed conversation takes no messages; what is one too many or outdated can still be mended.
        let known = record.cursors
        let steps = listing.plan.steps.filter { step in
            guard case .copy(let side, let sid) = step else { return true }
            // What came after the pump looked is the pump's: copied here too, it would be there twice.
            let message = listing.messages[side].first { $0.sid.text == sid }
            return !isClosed && message.map { known[side].covers($0.index) } ?? false
        }
        guard !steps.isEmpty else { return .done }
        var note = try await note(session)
        for step in steps.prefix(Self.stepLimit) {
            await session.goesOn()
            do {
                try await carryOut(step, listing, session, &note)
            } catch let error as TwilioError {
                if error.mayHaveTakenEffect {
                    return .again(after: writeHorizon + Self.window, reason: error.code)
                }
                try await finish(session, event, [])
                throw error
            }
        }
        try await finish(session, event, Array(steps.prefix(Self.stepLimit)))
        return steps.count > Self.stepLimit ? .again(after: .zero, reason: "sync.repair_goes_on") : .done
    }

    /// Notes that writes are about to be begun.
    /// - Returns: When that was.
    private func note(_ session: PairSession) async throws -> Timestamp {
        let now = session.now
        guard var record = session.record else { return now }
        Self.note(now.advanced(by: writeHorizon + Self.window), in: &record)
        try await session.save(record)
        return now
    }

    /// Notes in a record until when writes of a repair may take effect.
    static func note(_ end: Timestamp, in record: inout PairRecord) {
        record.healing["until"] = .number(JSONNumber(end.unixMilliseconds))
    }

    /// Notes it anew where the last note is too old to begin a write under it.
    private func renew(_ noted: inout Timestamp, _ session: PairSession) async throws {
        guard noted.duration(to: session.now) > Self.window else { return }
        noted = try await note(session)
    }

    private func carryOut(
        _ step: RepairPlan.Step, _ listing: PairListing, _ session: PairSession, _ noted: inout Timestamp
    ) async throws {
        let projects = session.services.projects
        switch step {
        case .remove(let side, let copy):
            // Only what carries our mark; the plan names nothing else, and it is looked at once more.
            guard let conversation = session.conversation(on: side),
                let message = listing.messages[side].first(where: { $0.sid.text == copy }), let tag = message.tag,
                tag != .legacy
            else { return }
            try await renew(&noted, session)
            _ = try await projects[side].remove(message.sid, in: conversation)
        case .rewrite(let side, _, _):
            guard let conversation = session.conversation(on: side), let (copy, text) = listing.rewrite(step) else {
                return
            }
            try await renew(&noted, session)
            _ = try await projects[side].edit(copy, in: conversation, body: text.body, attributes: text.attributes)
        case .copy(let side, let sid):
            guard let conversation = session.conversation(on: side.other),
                let source = listing.messages[side].first(where: { $0.sid.text == sid })
            else { return }
            let copy = MessageCopy(source: source, from: side)
            var carried = MediaCopier.Carried()
            if !source.media.isEmpty { carried = try await files.carry(copy, session) }
            try await renew(&noted, session)
            _ = try await projects[side.other].post(
                MessageCopier.draft(copy, carried.media, leaving: carried.left, session.services), in: conversation)
        }
    }

    /// Takes the note back and says what was done.
    private func finish(_ session: PairSession, _ event: PumpEvent, _ steps: [RepairPlan.Step]) async throws {
        guard var record = session.record else { return }
        record.healing["until"] = nil
        guard !steps.isEmpty else { return try await session.save(record) }
        let repairs = (record.healing["repairs"]?.integer ?? 0) + Int64(steps.count)
        record.healing["repairs"] = .number(JSONNumber(repairs))
        let data: JSONValue = [
            "pair": .string(record.id.text), "steps": .array(steps.map(\.json)),
        ]
        let repaired = Event(
            id: try EventID("repaired:\(record.id.text):\(session.delivery.offset):\(repairs)"),
            source: try EventSource("/sync"), topic: "conversation.repaired", key: OrderingKey(record.id),
            subject: record.id.text, time: session.now, data: data)
        try await session.save(record, publishing: [try OutgoingEvent(repaired)])
    }
}
