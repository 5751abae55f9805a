import DequeModule
import HeapModule
import Wire

/// Handing out: from the journal and from what waits.
extension GroupMachine {
    /// Bytes after which a `deliver` frame is closed.
    static let frameBytes = 128 << 10
    /// Entries of one waiting key that are handed out in one go.
    static let runLength = 64
    /// Events handed out before other work of the Broker gets its turn.
    static let eventsPerTurn = 2_048

    /// Hands out what members have credit for.
    /// - Returns: True when it stopped only to let others work.
    mutating func dispatch(
        now: UInt64, records: inout some RecordSource, topics: TopicTable
    ) -> Bool {
        guard !members.isEmpty else { return false }
        var budget = GroupMachine.eventsPerTurn
        dispatchReady(now: now, budget: &budget, records: &records)
        var stoppedEarly = false
        while canRead, standstill == nil {
            guard budget > 0, !isGivingUpMuch else {
                stoppedEarly = true
                break
            }
            guard let batch = batch(atOrAfter: next, of: &records, now: now) else { break }
            readBatch(batch, now: now, budget: &budget, topics: topics)
            // Passing over is work too: a filter that matches nothing must not hold up the loop.
            budget -= 1 + batch.index.count / 16
        }
        flushFrames()
        return !isDeadLetterStoreFull
            && (stoppedEarly || ((budget <= 0 || isGivingUpMuch) && !ready.isEmpty))
    }

    /// The batch at or after `offset`; where it cannot be read the group stands still for ``damagedRetry``.
    mutating func batch(
        atOrAfter offset: UInt64, of records: inout some RecordSource, now: UInt64
    ) -> StoredBatch? {
        do throws(RecordDamage) {
            return try records.batch(atOrAfter: offset)
        } catch {
            standstill = Standstill(offset: offset, damage: error, until: now &+ GroupMachine.damagedRetry)
            return nil
        }
    }

    private mutating func readBatch(_ batch: StoredBatch, now: UInt64, budget: inout Int, topics: TopicTable) {
        next = max(next, batch.base)
        while next < batch.end, budget > 0, canRead, !isGivingUpMuch {
            let offset = next
            let index = batch.index[Int(offset - batch.base)]
            next += 1
            if index.topic == TopicTable.none {
                takeRedrive(batch, offset: offset, now: now, budget: &budget)
                continue
            }
            guard wants(topic: index.topic, names: { topics.names[Int($0)] }) else { continue }
            if !restoredSettled.isEmpty, restoredSettled.remove(offset) != nil {
                pass(offset)
                continue
            }
            budget -= 1
            batch.withRecord(at: offset) { record in
                take(
                    offset: offset, origin: offset, key: index.keyHash, record: record, isRedriven: false,
                    time: batch.time, now: now)
            }
        }
    }

    private mutating func takeRedrive(_ batch: StoredBatch, offset: UInt64, now: UInt64, budget: inout Int) {
        batch.withRecord(at: offset) { record in
            guard record.kind == .redrive, record.key.elementsEqual(name.utf8),
                let redriven = RedriveRecord.read(record.payload)
            else { return }
            if restoredSettled.remove(offset) != nil {
                pass(offset)
                endRedrive(offset)
                return
            }
            budget -= 1
            let key = KeyHash.key(redriven.record.key)
            endRedrive(offset)
            take(
                offset: offset, origin: redriven.offset, key: key, record: redriven.record, isRedriven: true,
                time: batch.time, now: now)
        }
    }

    /// Notes that a record was settled in an earlier run, until the floor has passed it.
    private mutating func pass(_ offset: UInt64) {
        if !entries.isEmpty { passedSettled.append(offset) }
    }

    /// Takes one matching event: hands it out, or lets it wait behind its key.
    @inline(__always)
    private mutating func take(
        offset: UInt64, origin: UInt64, key: UInt64, record: RecordView, isRedriven: Bool, time: UInt64, now: UInt64
    ) {
        let number = entryBase + UInt64(entries.count)
        let attempts = restoredAttempts.isEmpty ? 0 : restoredAttempts.removeValue(forKey: offset) ?? 0
        entries.append(
            Entry(
                offset: offset, key: key, nextInKey: GroupMachine.noEntry, delivery: 0,
                size: UInt32(record.bytes.count), attempts: attempts, state: .waiting, isRedriven: isRedriven))
        let isParked = !parkedKeys.isEmpty && !isRedriven && parkedKeys[key] != nil
        guard var state = keys[key] else {
            let state = KeyState(head: number, tail: number, cursor: number)
            if isParked {
                keys[key] = state
                parked += 1
                giveUp(number, (origin, record), reason: GroupMachine.parkedReason, now: now, time: time)
                return
            }
            keys[key] = handOut(number, (origin, record), of: state, to: member(for: key), time: time, now: now)
            return
        }
        self[entry: state.tail].nextInKey = number
        state.tail = number
        let owner = place(of: state.member)
        if !isParked, state.cursor == GroupMachine.noEntry, state.inFlight > 0, let owner, members[owner].isOpen {
            state.cursor = number
            keys[key] = handOut(number, (origin, record), of: state, to: owner, time: time, now: now)
        } else {
            if state.cursor == GroupMachine.noEntry { state.cursor = number }
            parked += 1
            keys[key] = state
            // Behind a retried one, while others of the key are dead letters still.
            if isParked { giveUp(number, (origin, record), reason: GroupMachine.parkedReason, now: now, time: time) }
        }
    }

    /// Who gets the next event of a free key; there is a member with credit when ``canRead``.
    ///
    /// A key has a member of its own, by its hash, so that what a handler remembers of a key is right when the next event
    /// comes: it gets the event while it has at least half as much credit as the one with the most. Otherwise that one
    /// does, and so it is after a failure of the key's own member.
    @inline(__always)
    private func member(for key: UInt64, butRatherNot avoided: UInt32 = 0) -> Int {
        var best = 0
        var bestRank = -1
        for place in members.indices where members[place].isOpen {
            let rank = members[place].subscription == avoided ? 0 : members[place].credit
            if rank > bestRank { (best, bestRank) = (place, rank) }
        }
        // The high bits: the low ones choose places in hash tables already.
        let own = Int((key >> 32) % UInt64(members.count))
        guard own != best, members[own].isOpen, members[own].subscription != avoided,
            members[own].credit >= bestRank / 2
        else { return best }
        return own
    }

    /// Gives the entry at the key's cursor to a member; the key's list moves on.
    @inline(__always)
    private mutating func handOut(
        _ number: UInt64, _ event: (offset: UInt64, record: RecordView), of state: KeyState, to place: Int,
        time: UInt64, now: UInt64
    ) -> KeyState {
        var state = state
        let delivery = deliveryBase + UInt64(deliveries.count)
        let subscription = members[place].subscription
        deliveries.append(DeliverySlot(entry: number, member: subscription, isLive: true))
        let (size, attempts, isRedriven, next) = {
            entries[Int(number - entryBase)].state = .delivered
            entries[Int(number - entryBase)].delivery = delivery
            if entries[Int(number - entryBase)].attempts < .max { entries[Int(number - entryBase)].attempts += 1 }
            let entry = entries[Int(number - entryBase)]
            return (Int(entry.size), entry.attempts, entry.isRedriven, entry.nextInKey)
        }()
        state.cursor = firstUnsettled(from: next)
        state.inFlight += 1
        state.member = subscription
        if state.head == number { setDeadline(&state, now: now) }
        ackPending += 1
        write(
            to: place, delivery: delivery, offset: event.offset, time: time, attempt: attempts,
            flags: isRedriven ? DeliveryView.redrivenFlag : 0, size: size, record: event.record)
        return state
    }

    /// The first entry of a key's list, from `number` on, that is not settled.
    @inline(__always)
    func firstUnsettled(from number: UInt64) -> UInt64 {
        var number = number
        while number != GroupMachine.noEntry, self[entry: number].state == .settled {
            number = self[entry: number].nextInKey
        }
        return number
    }

    @inline(__always)
    func deadlineAfter(_ now: UInt64) -> UInt64 { now &+ UInt64(config.ackWaitMs) &* 1_000_000 }

    @inline(__always)
    mutating func setDeadline(_ state: inout KeyState, now: UInt64) {
        state.deadline = deadlineAfter(now)
        earliestDeadline = min(earliestDeadline, state.deadline)
    }

    @inline(__always)
    private mutating func write(
        to place: Int, delivery: UInt64, offset: UInt64, time: UInt64, attempt: UInt16, flags: UInt16, size: Int,
        record: RecordView
    ) {
        members[place].credit -= 1
        members[place].creditBytes -= size
        members[place].ackPending += 1
        if members[place].frame.isEmpty {
            members[place].frame.reserveCapacity(8_192)
            members[place].frame.put(FrameHeader(.deliver, session: members[place].session, ref: 0))
            members[place].frame.put(u32: members[place].subscription)
            members[place].frame.put(u32: 0)
        }
        DeliverBody.putHead(
            delivery: delivery, offset: offset, time: time, attempt: attempt, flags: flags,
            into: &members[place].frame)
        members[place].frame.append(contentsOf: record.bytes)
        members[place].frameCount += 1
        if members[place].frame.count >= GroupMachine.frameBytes { flushFrame(of: place) }
    }

    private mutating func flushFrame(of place: Int) {
        guard members[place].frameCount > 0 else { return }
        var frame: [UInt8] = []
        swap(&frame, &members[place].frame)
        frame.set(u32: members[place].frameCount, at: DeliverBody.countPosition)
        members[place].frameCount = 0
        outgoing.append(Outgoing(session: members[place].session, frame: frame))
    }

    private mutating func flushFrames() {
        for place in members.indices { flushFrame(of: place) }
    }

    /// Hands out entries that waited for their key.
    private mutating func dispatchReady(now: UInt64, budget: inout Int, records: inout some RecordSource) {
        while budget > 0, !isGivingUpMuch, let key = ready.first {
            guard members.contains(where: \.isOpen), ackPending < config.maxAckPending
            else { return }
            ready.removeFirst()
            guard var state = keys[key] else { continue }
            state.isReady = false
            keys[key] = state
            guard state.inFlight == 0, state.cursor != GroupMachine.noEntry, state.blockedUntil == 0 else { continue }
            if parkedKeys[key] != nil, !self[entry: state.cursor].isRedriven {
                // What was too much for the turn in which the key was parked.
                budget -= 1
                if isDeadLetterStoreFull { makeReady(key) } else { parkNext(of: key, now: now, records: &records) }
            } else {
                dispatchRun(of: key, state, now: now, budget: &budget, records: &records)
            }
        }
    }

    /// Hands a run of one key's waiting entries to one member.
    private mutating func dispatchRun(
        of key: UInt64, _ waiting: KeyState, now: UInt64, budget: inout Int, records: inout some RecordSource
    ) {
        var state = waiting
        // Rather not to the member that just failed with it.
        let hasFailed = self[entry: state.cursor].attempts > 0
        let place = member(for: key, butRatherNot: hasFailed ? state.member : 0)
        var run = 0
        var isUnreadable = false
        while state.cursor != GroupMachine.noEntry, run < GroupMachine.runLength, members[place].isOpen,
            ackPending < config.maxAckPending
        {
            let number = state.cursor
            guard let batch = batch(of: number, in: &records, now: now) else {
                budget -= GroupMachine.failedReadCost
                isUnreadable = true
                break
            }
            parked -= 1
            run += 1
            state = handOutStored(number, from: batch, of: state, to: place, now: now)
        }
        budget -= run
        keys[key] = state
        if isUnreadable, let until = unreadable[key]?.until { block(key, until: until) }
    }

    private mutating func handOutStored(
        _ number: UInt64, from batch: StoredBatch, of state: KeyState, to place: Int, now: UInt64
    ) -> KeyState {
        batch.withRecord(at: self[entry: number].offset) { record in
            handOut(
                number, RedriveRecord.event(in: record, at: self[entry: number].offset), of: state, to: place,
                time: batch.time, now: now)
        }
    }

    /// Queues a key whose head waits, unless it is queued, in flight or held back.
    mutating func makeReady(_ key: UInt64) {
        guard var state = keys[key], !state.isReady, state.inFlight == 0, state.cursor != GroupMachine.noEntry,
            state.blockedUntil == 0
        else { return }
        state.isReady = true
        keys[key] = state
        ready.append(key)
    }
}
