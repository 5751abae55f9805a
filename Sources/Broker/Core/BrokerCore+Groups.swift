import Events
import Wire

/// Groups: joining, credit, outcomes.
extension BrokerCore {
    mutating func join(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session
    ) throws(WireError) {
        let request: JoinRequest
        do {
            request = try ControlJSON.decode(JoinRequest.self, from: body)
        } catch {
            fail(session, ref: header.ref, "group.config", error.description)
            return
        }
        guard session.subscriptions.count < limits.maxSubscriptions else {
            let message = "\(limits.maxSubscriptions) memberships are open in this session (max_subscriptions)."
            fail(session, ref: header.ref, "session.limit", message, retryable: true)
            return
        }
        if let failure = prepare(request) {
            fail(session, ref: header.ref, failure)
            return
        }
        lastSubscription += 1
        sessions[session.id]?.subscriptions[lastSubscription] = request.group
        groups[request.group]?.join(subscription: lastSubscription, session: session.id)
        guard let group = groups[request.group] else { return }
        let joined = Joined(
            subscription: lastSubscription, group: group.name, config: group.config, floor: group.floor)
        answer(session, .joined, ref: header.ref, body: ControlJSON.encode(joined))
    }

    /// Makes or changes the group that a join needs.
    private mutating func prepare(_ request: JoinRequest) -> Failure? {
        guard request.group.isGroupName else {
            let message = "A group's name is 1…128 letters, digits, '-', '_' or '.'."
            return Failure(code: "group.name", message: message, retryable: false)
        }
        guard let config = request.config else {
            let message = "There is no group '\(request.group)': join with a configuration to make it."
            return groups[request.group] == nil
                ? Failure(code: "group.unknown", message: message, retryable: false) : nil
        }
        if let problem = config.problem() ?? filterProblem(config.filters) {
            return Failure(code: "group.config", message: problem + ".", retryable: false)
        }
        guard let known = groups[request.group] else { return make(request.group, config) }
        guard known.config != config else { return nil }
        guard request.update else {
            let message = "Group '\(request.group)' has another configuration. Join with update to change it."
            return Failure(code: "group.config_differs", message: message, retryable: false)
        }
        guard known.config.durable == config.durable else {
            let message = "Whether group '\(request.group)' is durable can not be changed: delete it first."
            return Failure(code: "group.config_differs", message: message, retryable: false)
        }
        groups[request.group]?.config = config
        if config.durable { journal(request.group, GroupRecord(config: config, start: known.floor)) }
        return nil
    }

    private func filterProblem(_ filters: [String]) -> String? {
        filters.first { (try? TopicFilter($0)) == nil }.map { "'\($0)' is not a topic filter" }
    }

    private mutating func make(_ name: String, _ config: GroupConfig) -> Failure? {
        guard groups.count < limits.maxGroups else {
            return Failure(
                code: "group.config", message: "\(limits.maxGroups) groups exist already (max_groups).",
                retryable: false)
        }
        let start: UInt64
        switch config.deliverPolicy {
        case .all: start = firstOffset
        case .new: start = appendEnd
        case .byOffset: start = min(max(config.startOffset ?? firstOffset, firstOffset), appendEnd)
        case .byTime: start = offset(atOrAfter: config.startTime ?? 0)
        }
        var group = GroupMachine(name: name, config: config, start: start, epoch: identity.epoch)
        group.deliveryBase = max(group.deliveryBase, deliveryFloor)
        groups[name] = group
        if config.durable { journal(name, GroupRecord(config: config, start: start)) }
        return nil
    }

    private mutating func journal(_ name: String, _ record: GroupRecord) {
        appendInternal(.group, key: name, payload: ControlJSON.encode(record))
    }

    /// The first record at or after a time, by bisection over batches.
    ///
    /// Where a batch cannot be read the one behind the damage answers for it; a time that falls into the damaged part
    /// leads to its begin.
    mutating func offset(atOrAfter time: UInt64) -> UInt64 {
        var low = firstOffset
        var high = durableEnd
        while low < high {
            let middle = low + (high - low) / 2
            guard let batch = readableBatch(atOrAfter: middle) else {
                high = middle
                continue
            }
            if batch.time < time { low = max(batch.end, middle + 1) } else { high = middle }
        }
        return low
    }

    private mutating func readableBatch(atOrAfter offset: UInt64) -> StoredBatch? {
        do throws(RecordDamage) {
            return try source.batch(atOrAfter: offset)
        } catch {
            return (try? source.batch(atOrAfter: error.resume)) ?? nil
        }
    }

    mutating func credit(_ body: UnsafeRawBufferPointer, from session: Session) throws(WireError) {
        let credit = try CreditBody(body)
        guard let group = session.subscriptions[credit.subscription] else { return }
        groups[group]?.grant(credit)
        active.insert(group)
    }

    mutating func leave(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        var reader = ByteReader(body)
        let subscription = reader.u32()
        guard reader.isValid else { throw .truncated(what: "leave") }
        guard let group = sessions[session.id]?.subscriptions.removeValue(forKey: subscription) else {
            fail(
                session, ref: header.ref, "subscription.unknown", "Subscription \(subscription) is not this session's.")
            return
        }
        remove(subscription, from: group, .orderly, now: now)
        answer(session, .done, ref: header.ref, body: [])
    }

    /// Takes a member out of its group; a group that is not durable goes with its last one.
    mutating func remove(_ subscription: UInt32, from group: String, _ leaving: GroupMachine.Leaving, now: UInt64) {
        groups[group]?.leave(subscription, leaving, now: now, time: clock.time, records: &source)
        afterChange(of: group)
        if let left = groups[group], left.members.isEmpty, !left.config.durable {
            deliveryFloor = max(deliveryFloor, left.nextDelivery)
            groups[group] = nil
            unsettled.remove(group)
        } else {
            active.insert(group)
        }
    }

    // MARK: Outcomes

    mutating func settle(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        let settle = try SettleBody(body)
        let group = session.subscriptions[settle.subscription]
        if let failure = fault(of: settle, group: group, from: session) {
            fail(session, ref: header.ref, failure)
            return
        }
        let result = settle.isAtomic ? transact(settle, group, now: now) : settleEach(settle, group, now: now)
        var answerBody: [UInt8] = []
        result.encode(into: &answerBody)
        answer(session, .settled, ref: header.ref, body: answerBody)
    }

    private func fault(of settle: SettleBody, group: String?, from session: Session) -> Failure? {
        if !settle.outcomes.isEmpty, group == nil {
            let message = "Subscription \(settle.subscription) is not this session's."
            return Failure(code: "subscription.unknown", message: message, retryable: false)
        }
        if !settle.isAtomic, settle.publishCount > 0 || !settle.writes.isEmpty {
            let message = "Publishes and writes need the atomic flag."
            return Failure(code: "wire.malformed", message: message, retryable: false)
        }
        let needs: [(Bool, Permission)] = [
            (!settle.outcomes.isEmpty, .consume), (settle.publishCount > 0, .publish), (!settle.writes.isEmpty, .maps),
        ]
        for (isNeeded, permission) in needs where isNeeded && !session.permissions.contains(permission) {
            let message =
                "The role '\(session.role)' may not \(permission.rawValue) (broker.roles.\(session.role).may)."
            return Failure(code: "session.forbidden", message: message, retryable: false)
        }
        return nil
    }

    private mutating func settleEach(_ settle: SettleBody, _ group: String?, now: UInt64) -> SettledBody {
        guard let group else { return SettledBody(status: .done, outcomes: []) }
        return SettledBody(status: .done, outcomes: apply(settle.outcomes, settle.subscription, group, now: now))
    }

    private mutating func apply(
        _ outcomes: [Outcome], _ subscription: UInt32, _ group: String, now: UInt64
    ) -> [OutcomeStatus] {
        var results: [OutcomeStatus] = []
        results.reserveCapacity(outcomes.count)
        for outcome in outcomes {
            let status = groups[group]?.settle(
                outcome, by: subscription, now: now, time: clock.time, records: &source)
            results.append(status ?? .fenced)
        }
        unsettled.insert(group)
        active.insert(group)
        afterChange(of: group)
        return results
    }

    /// All or nothing: everything is checked before anything is changed.
    private mutating func transact(_ settle: SettleBody, _ group: String?, now: UInt64) -> SettledBody {
        if let refusal = check(settle, group) { return refusal }
        var runs: [PublishRun] = []
        var reader = ByteReader(settle.publishes)
        for _ in 0..<settle.publishCount {
            guard let record = reader.record() else { break }
            runs.add(store(record))
        }
        let writes = settle.writes.map { write in
            MapWriteResult(matches: true, revision: append(write))
        }
        let statuses = group.map { apply(inOrder(settle.outcomes), settle.subscription, $0, now: now) } ?? []
        return SettledBody(status: .done, outcomes: statuses, publishes: runs, writes: writes)
    }

    /// Outcomes in an order in which none takes another one's delivery back: a failure revokes the later ones of its key.
    private func inOrder(_ outcomes: [Outcome]) -> [Outcome] {
        let failures = outcomes.filter { $0.kind == .nak || $0.kind == .term }
        guard !failures.isEmpty, outcomes.count > 1 else { return outcomes }
        return outcomes.filter { $0.kind == .ack || $0.kind == .inProgress }
            + failures.sorted { $0.delivery > $1.delivery }
    }

    /// What forbids a transaction; nil when all of it may happen.
    private mutating func check(_ settle: SettleBody, _ group: String?) -> SettledBody? {
        let fenced = settle.outcomes.map { outcome in
            group.flatMap { groups[$0]?.holds(outcome.delivery, settle.subscription) } == true
                ? OutcomeStatus.done : .fenced
        }
        if fenced.contains(.fenced) {
            return SettledBody(
                status: .fenced, outcomes: fenced,
                reason: "settle.fenced: A delivery was superseded: somebody else has its event, or its session ended.")
        }
        if settle.outcomes.count > 1, Set(settle.outcomes.map(\.delivery)).count < settle.outcomes.count {
            return SettledBody(
                status: .rejected, outcomes: [],
                reason: "settle.repeated: A transaction names the same delivery twice.")
        }
        if let refusal = checkTerms(settle, group) { return refusal }
        if settle.publishCount > 0, let stop = logStop ?? publishStop {
            return SettledBody(status: .refused, outcomes: [], reason: stop.reason)
        }
        if !settle.writes.isEmpty, let logStop {
            return SettledBody(status: .refused, outcomes: [], reason: logStop.reason)
        }
        if let reason = writeFault(settle.writes) {
            return SettledBody(status: .rejected, outcomes: [], reason: reason)
        }
        let matches = settle.writes.map { maps.check($0, now: clock.expiryTime) }
        if matches.contains(where: { !$0.matches }) {
            return SettledBody(
                status: .revisionMismatch, outcomes: [], writes: matches,
                reason: "map.revision: An entry is at another revision: read it, merge, write again.")
        }
        return publishFault(settle).map { SettledBody(status: .rejected, outcomes: [], reason: $0) }
    }

    /// A refusal when an event that is to be given up cannot be kept as a dead letter.
    private mutating func checkTerms(_ settle: SettleBody, _ name: String?) -> SettledBody? {
        guard let group = name.flatMap({ groups[$0] }) else { return nil }
        var reason = ""
        let statuses = settle.outcomes.map { outcome in
            guard outcome.kind == .term,
                let damage = group.obstacle(toGivingUp: outcome.delivery, records: &source)
            else { return OutcomeStatus.done }
            reason = damage.failure.reason
            return .unreadable
        }
        return reason.isEmpty ? nil : SettledBody(status: .refused, outcomes: statuses, reason: reason)
    }

    private mutating func publishFault(_ settle: SettleBody) -> String? {
        var reader = ByteReader(settle.publishes)
        var ids: [UInt64: Int] = [:]
        for _ in 0..<settle.publishCount {
            guard let record = reader.record() else { return "wire.malformed: a publish is cut off." }
            if let reason = wouldReject(record) { return reason }
            guard !record.id.isEmpty else { continue }
            if ids.updateValue(1, forKey: KeyHash.id(record.id)) != nil {
                return "event.conflict: Two publishes of the transaction have the same id."
            }
        }
        return nil
    }
}
