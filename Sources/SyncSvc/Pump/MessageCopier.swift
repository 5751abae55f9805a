import Bus
import Events
import Hosting
import Logging
import TwilioREST
import Wire

/// Carries out what ``MessagePump`` decides: requests, conditional writes, events.
struct MessageCopier: Sendable {
    /// HTTP statuses that blame the message; others are the moment's, or of something in between.
    static let messageStatuses = [400, 413, 415, 422]

    private let limits: MessagePump.Limits
    /// Brings files over; repairs use it too, so that all share one room.
    let files: MediaCopier

    /// Makes one; after `writeHorizon` a write that was begun has ended at the provider or never will.
    init(settings: PumpSettings, writeHorizon: Duration) {
        var limits = MessagePump.Limits()
        limits.batch = settings.batchMessages
        limits.list = settings.listMessages
        limits.writeHorizon = writeHorizon
        self.limits = limits
        files = MediaCopier(
            limitBytes: settings.maxMediaBytes, budget: MediaBudget(bytes: settings.maxMediaInFlightBytes),
            intentTime: limits.window + writeHorizon)
    }

    /// Brings sides up to date: their new messages are copied, in this order.
    ///
    /// The message that the doorbell carries is copied without a listing when it is the next one.
    /// - Throws: `TwilioError` from listings, `BusError` from writing the record.
    func copy(_ sides: [Side], for event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record else { return .done }
        var pump = MessagePump(record: record, offset: session.delivery.offset, sides: sides, limits: limits)
        var action = pump.start(direct: event.message, now: session.now)
        var filesLeft: [ProjectMedia] = []
        while true {
            switch action {
            case .list(let side, let index, let limit):
                session.services.metrics.listings.add()
                guard let conversation = session.conversation(on: side) else { return .done }
                let project = session.services.projects[side]
                // Judged by when it was asked for: what is written while a list is on its way is not in it.
                let asked = session.now
                let list = try await project.messages(in: conversation, after: index, limit: limit)
                action = pump.listed(list, now: asked)
            case .save(let record, let copied):
                try await save(record, copied, session)
                action = pump.saved(now: session.now)
            case .carry(let copy):
                await session.goesOn()
                let carried = try await files.carry(copy, session)
                filesLeft = carried.left
                action = pump.carried(carried.media, now: session.now)
            case .post(let copy, let media):
                let post = Self.draft(copy, media, leaving: filesLeft, session.services)
                filesLeft = []
                action = await self.post(post, copy, event, &pump, session)
            case .finish(let outcome): return outcome
            }
        }
    }

    private func save(_ record: PairRecord, _ copied: [CopiedMessage], _ session: PairSession) async throws {
        var record = record
        guard !copied.isEmpty else { return try await session.save(record) }
        await session.goesOn()
        record.lastCopy = session.now
        var events: [OutgoingEvent] = []
        var writes: [MapWrite] = []
        events.reserveCapacity(copied.count)
        for message in copied {
            events.append(try SyncEvents.replicated(message, pair: record))
            if let write = session.services.messages.write(message.source.sid, message.copy.sid) {
                writes.append(write)
            }
            session.services.metrics.copied[message.to].add()
            if message.isAdopted { session.services.metrics.adopted.add() }
        }
        try await session.save(record, publishing: events, writing: writes)
    }

    private func post(
        _ post: MessagePost, _ copy: MessageCopy, _ event: PumpEvent, _ pump: inout MessagePump, _ session: PairSession
    ) async -> MessagePump.Action {
        guard let conversation = session.conversation(on: copy.to) else {
            return pump.failed(.ended(reason: "sync.unpaired"), now: session.now)
        }
        let projects = session.services.projects
        do throws(TwilioError) {
            let message = try await projects[copy.to].post(post, in: conversation)
            let now = session.now
            if event.causeTime > 0, event.messageSID == copy.source.sid {
                let taken = Timestamp(unixNanoseconds: event.causeTime)
                session.services.metrics.replication.observe(taken.duration(to: now))
            }
            return pump.posted(message, now: now)
        } catch {
            let failure = await judge(error, copy, conversation, session)
            return pump.failed(failure, now: session.now)
        }
    }

    /// A copy with its last file; of those in `left` it tells, below what was written.
    static func draft(
        _ copy: MessageCopy, _ media: MediaSID?, leaving left: [ProjectMedia], _ services: PumpServices
    ) -> MessagePost {
        let body = MediaCopier.text(copy.source.body, leaving: left)
        let parts = max(0, copy.source.media.count - left.count - (media == nil ? 0 : 1))
        return MessagePost(
            author: author(of: copy, services), body: body,
            attributes: MirrorTag.tagged(
                copy.source.attributes, side: copy.from, message: copy.source.sid, parts: parts),
            media: media, dateCreated: copy.source.dateCreated)
    }

    /// Who wrote it, as the other side spells the name.
    static func author(of copy: MessageCopy, _ services: PumpServices) -> String {
        let projects = services.projects
        let author = copy.source.author.map {
            services.names.translated(projects[copy.from].name(of: $0), from: copy.from)
        }
        return author.map { projects[copy.to].spelling($0) } ?? "system"
    }

    /// What a failed write means: of a refusal, whether it is the message, the conversation or the moment.
    private func judge(
        _ error: TwilioError, _ copy: MessageCopy, _ conversation: ConversationSID, _ session: PairSession
    ) async -> MessagePump.Failure {
        if error.mayHaveTakenEffect { return .unknown(reason: error.code) }
        let verdict = PumpVerdict(error, side: copy.to, isAway: session.services.projects[copy.to].pause != nil)
        guard case .rejected(let problem) = error, ![401, 403].contains(problem.status) else {
            return .notDone(verdict.outcome)
        }
        if problem.status == 404 { return .ended(reason: verdict.reason) }
        do throws(TwilioError) {
            switch try await session.services.projects[copy.to].conversation(conversation)?.state {
            case .initializing: return .notDone(.again(after: .milliseconds(500), reason: "sync.initializing"))
            case .closed, nil: return .ended(reason: verdict.reason)
            case .active:
                guard Self.messageStatuses.contains(problem.status) else {
                    return .notDone(.again(after: nil, reason: verdict.reason))
                }
                return .refused(reason: "\(verdict.reason) message=\(copy.source.sid.text)")
            }
        } catch {
            // Nobody knows whose fault it is: the message must not be passed over.
            return .notDone(PumpVerdict(error, side: copy.to).outcome)
        }
    }
}
