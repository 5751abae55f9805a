import Bus
import Events
import Logging
import Twilio
import TwilioREST

/// Carries out transfers under the pair's key: reason `transfer`, and after changes of a conversation's attributes.
///
/// Each step is stored in the pair's record before the next one begins; after a crash the stored step is repeated, and
/// each can be. The offer alone is no idempotent write: it is noted before, and looked for by its tag before it is
/// repeated.
struct TransferReaction: PairReaction {
    /// Member of ``PairRecord/agents``.
    static let member = "transfer"

    let settings: AgentSettings
    let work: any FlexWorkProvider
    let writeHorizon: Duration

    let reasons: Set<PumpReason> = [.transfer]

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.isCopying, let flex = record.conversations.flex,
            let frontline = record.conversations.frontline
        else { return .done }
        var transfers = TransferRecord(record.agents[Self.member] ?? [:])
        let app = session.services.projects.frontline
        if transfers.saga == nil {
            guard let conversation = try await app.conversation(frontline) else { return .done }
            guard TransferEvent.last(in: conversation.attributes).map({ !transfers.handled.contains($0.id) }) ?? false
            else { return .done }
            let owners = try await owners(of: flex)
            guard
                case .start(let saga) = TransferDecision.of(
                    attributes: conversation.attributes, handled: transfers.handled, owners: owners,
                    isForbidden: settings.areTransfersForbidden)
            else { return .done }
            transfers.saga = saga
            try await save(transfers, session)
        }
        return try await proceed(&transfers, flex: flex, frontline: frontline, session)
    }

    /// Goes on until nothing can be done before another event.
    private func proceed(
        _ transfers: inout TransferRecord, flex: ConversationSID, frontline: ConversationSID, _ session: PairSession
    ) async throws -> PumpOutcome {
        // Each step is taken at most twice: forward, and back.
        for _ in 0..<(2 * TransferSaga.Step.allCases.count) {
            guard var saga = transfers.saga, !saga.isOver else { break }
            await session.goesOn()
            let result: TransferSaga.Result?
            switch saga.command {
            case .nothing: result = try await answer(saga, flex: flex, pair: session.pair.text)
            case .removeTarget:
                try await swap(in: saga.event.from, out: saga.event.to, frontline, session)
                result = .targetRemoved
            case .offer:
                if let left = remaining(transfers.offerIntent, session) {
                    return .again(after: left, reason: "sync.offer_open")
                }
                result = try await offer(saga, &transfers, flex: flex, session)
            case .releaseSource:
                try await release(saga, flex: flex, frontline, session)
                result = .released
            case .restore(let reason):
                result = try await restore(saga, reason, flex: flex, frontline, session)
            }
            guard let result else { return .done }
            saga.apply(result)
            transfers.saga = saga
            if saga.isOver { transfers.finish() }
            try await save(transfers, session)
        }
        return .done
    }

    // MARK: Steps

    /// How the offer stands; nil while it is open.
    private func answer(_ saga: TransferSaga, flex: ConversationSID, pair: String) async throws -> TransferSaga.Result?
    {
        guard let task = try await offered(saga, flex: flex, pair: pair) else { return nil }
        if task.reservations.contains(where: \.isHeld) || task.status == .completed { return .accepted }
        let isRefused = task.reservations.contains { $0.status.isOver && $0.status != .completed }
        return task.status.isOver || isRefused ? .declined : nil
    }

    private func offer(
        _ saga: TransferSaga, _ transfers: inout TransferRecord, flex: ConversationSID, _ session: PairSession
    ) async throws -> TransferSaga.Result {
        if transfers.offerIntent != nil,
            let task = try await offered(saga, flex: flex, pair: session.pair.text)
        {
            return .offered(task: task.sid)
        }
        let tasks = try await work.tasks(of: flex.text)
        guard let source = tasks.first(where: { $0.sid == saga.sourceTask && !$0.status.isOver }) else {
            return .cannot(.nothingToTransfer)
        }
        guard let name = settings.identities.flex(ofFrontline: saga.event.to),
            let target = try await work.worker(named: name)
        else { return .cannot(.unknownTarget) }
        transfers.offerIntent = session.services.now()
        try await save(transfers, session)
        let own = source.reservations.first { $0.isHeld }
        let offer = TransferOffer(
            pair: session.pair.text, id: saga.event.id, source: own?.worker ?? "", target: target,
            timeoutSeconds: settings.transferAcceptSeconds)
        do throws(TwilioError) {
            return .offered(task: try await work.offer(offer, of: source) ?? "")
        } catch {
            guard case .rejected = error else { throw error }
            return .cannot(.refused)
        }
    }

    private func release(
        _ saga: TransferSaga, flex: ConversationSID, _ frontline: ConversationSID, _ session: PairSession
    ) async throws {
        let name = settings.identities.flex(ofFrontline: saga.event.from)
        for task in try await work.tasks(of: flex.text) where task.sid == saga.sourceTask {
            for reservation in task.reservations where reservation.isHeld && reservation.workerName == name {
                try await work.release(reservation, of: task)
            }
        }
        try await swap(in: saga.event.to, out: saga.event.from, frontline, session)
        if let name { try await leave(name, flex, session.services.projects.flex) }
    }

    private func restore(
        _ saga: TransferSaga, _ reason: TransferSaga.Reason, flex: ConversationSID, _ frontline: ConversationSID,
        _ session: PairSession
    ) async throws -> TransferSaga.Result {
        if let task = try await offered(saga, flex: flex, pair: session.pair.text) {
            if task.reservations.contains(where: \.isHeld) { return .acceptedMeanwhile }
            if !task.status.isOver { try await work.cancel(task, reason: "transfer undone") }
        }
        try await swap(in: saga.event.from, out: saga.event.to, frontline, session)
        let event = saga.event
        _ = try await session.services.projects.frontline.mergeAttributes(frontline) {
            $0 = event.removed(from: $0)
        }
        // Told by the agent's own desk, once: the event's id is the transfer's.
        let notice = try AgentEvent(agent: event.from, kind: .transferUndone(reason))
            .event(cause: "\(session.pair.text):\(event.id)")
        _ = try await session.services.bus.publish(OutgoingEvent(notice))
        return .restored
    }

    // MARK: Reads

    private func owners(of flex: ConversationSID) async throws -> [TransferDecision.Owner] {
        try await work.tasks(of: flex.text).flatMap { task in
            task.reservations.filter(\.isHeld).compactMap { reservation in
                settings.identities.frontline(ofFlex: reservation.workerName)
                    .map { TransferDecision.Owner(identity: $0, task: task.sid) }
            }
        }
    }

    private func offered(_ saga: TransferSaga, flex: ConversationSID, pair: String) async throws -> FlexTask? {
        try await work.tasks(of: flex.text).first {
            $0.transfer.map { $0.pair == pair && $0.id == saga.event.id } ?? false
        }
    }

    private func remaining(_ intent: Timestamp?, _ session: PairSession) -> Duration? {
        guard let intent else { return nil }
        let end = intent.advanced(by: writeHorizon)
        let now = session.services.now()
        return now < end ? .nanoseconds(Int64(clamping: end.unixNanoseconds - now.unixNanoseconds)) : nil
    }

    // MARK: Writes

    /// Puts one agent into the app's conversation and takes another out; both idempotent.
    private func swap(
        in present: String, out absent: String, _ frontline: ConversationSID, _ session: PairSession
    ) async throws {
        let app = session.services.projects.frontline
        let identity = app.spelling(Identity(present))
        let participants = try await app.participants(in: frontline)
        if !participants.contains(where: { $0.identity == identity }) {
            _ = try await app.add(ParticipantPost(identity: identity, binding: nil), to: frontline)
        }
        try await leave(absent, frontline, app)
    }

    private func leave(_ name: String, _ conversation: ConversationSID, _ project: any MessagingProject) async throws {
        let identity = project.spelling(Identity(name))
        for participant in try await project.participants(in: conversation) where participant.identity == identity {
            _ = try await project.removeParticipant(participant.sid, from: conversation)
        }
    }

    private func save(_ transfers: TransferRecord, _ session: PairSession) async throws {
        guard var record = session.record else { return }
        record.agents[Self.member] = transfers.json
        try await session.save(record)
    }
}
