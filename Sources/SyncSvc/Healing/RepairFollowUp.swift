import Bus
import Events
import Hosting
import TwilioREST

/// Carries a repair plan out under the pair's key, after the pump has brought both sides up to date.
///
/// Exactly once: before anything is written the record notes until when writes may take effect, conditionally on its
/// revision; whoever finds such a note waits until its time is over, and lists anew.
struct RepairFollowUp: PairFollowUp {
    let reasons: Set<PumpReason> = [.repair]
    let settings: HealingSettings
    let writeHorizon: Duration

    /// Steps carried out in one handling; the rest in the next.
    static let stepLimit = 20

    func follow(_ event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard var record = session.record, record.state != .ignored else { return .done }
        if let until = record.healing["until"]?.integer.map({ Timestamp(unixNanoseconds: UInt64($0) * 1_000_000) }),
            until > session.now
        {
            return .again(after: session.now.duration(to: until) + .milliseconds(1), reason: "sync.outcome_open")
        }
        let projects = session.services.projects
        guard let listing = try await PairListing(record, projects: projects, limit: settings.maxMessages) else {
            return .done
        }
        let plan = RepairPlan(listing.diff)
        let isClosed = record.state == .closed
        // A closed conversation takes no messages; what is one too many or outdated can still be mended.
        let known = record.cursors
        let steps = plan.steps.filter { step in
            guard case .copy(let side, let sid) = step else { return true }
            // What came after the pump looked is the pump's: copied here too, it would be there twice.
            let message = listing.messages[side].first { $0.sid.text == sid }
            return !isClosed && message.map { known[side].covers($0.index) } ?? false
        }
        guard !steps.isEmpty else { return .done }
        record.healing["until"] = .number(
            JSONNumber(session.now.advanced(by: writeHorizon + .seconds(2)).unixMilliseconds))
        try await session.save(record)
        for step in steps.prefix(Self.stepLimit) {
            await session.goesOn()
            do throws(TwilioError) {
                try await carryOut(step, listing, record, session.services)
            } catch {
                if error.mayHaveTakenEffect {
                    return .again(after: writeHorizon + .seconds(2), reason: error.code)
                }
                try await finish(session, event, [])
                throw error
            }
        }
        try await finish(session, event, Array(steps.prefix(Self.stepLimit)))
        return steps.count > Self.stepLimit ? .again(after: .zero, reason: "sync.repair_goes_on") : .done
    }

    private func carryOut(
        _ step: RepairPlan.Step, _ listing: PairListing, _ record: PairRecord,
        _ services: PumpServices
    ) async throws(TwilioError) {
        let projects = services.projects
        switch step {
        case .remove(let side, let copy):
            // Only what carries our mark; the plan names nothing else, and it is looked at once more.
            guard let conversation = record.conversations[side],
                let message = listing.messages[side].first(where: { $0.sid.text == copy }), let tag = message.tag,
                tag != .legacy
            else { return }
            _ = try await projects[side].remove(message.sid, in: conversation)
        case .rewrite(let side, let copy, let original):
            guard let conversation = record.conversations[side],
                let message = listing.messages[side].first(where: { $0.sid.text == copy }),
                let source = listing.messages[side.other].first(where: { $0.sid.text == original }),
                source.media.isEmpty
            else { return }
            let attributes = MirrorTag.tagged(source.attributes, side: side.other, message: source.sid)
            _ = try await projects[side].edit(
                message.sid, in: conversation, body: source.body, attributes: attributes)
        case .copy(let side, let sid):
            guard let conversation = record.conversations[side.other],
                let source = listing.messages[side].first(where: { $0.sid.text == sid })
            else { return }
            let copy = MessageCopy(source: source, from: side)
            _ = try await projects[side.other].post(
                MessageCopier.draft(copy, nil, leaving: source.media, services), in: conversation)
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
