import DequeModule
import HeapModule
import Wire

/// Outcomes, time-outs and giving up.
extension GroupMachine {
    /// Whether `delivery` is `subscription`'s and still stands.
    @inline(__always)
    func holds(_ delivery: UInt64, _ subscription: UInt32) -> Bool {
        guard delivery >= deliveryBase, delivery - deliveryBase < UInt64(deliveries.count) else { return false }
        let slot = deliveries[Int(delivery - deliveryBase)]
        return slot.isLive && slot.member == subscription
    }

    /// Applies one outcome.
    mutating func settle(
        _ outcome: Outcome, by subscription: UInt32, now: UInt64, time: UInt64, records: inout some RecordSource
    ) -> OutcomeStatus {
        guard holds(outcome.delivery, subscription) else { return .fenced }
        let number = deliveries[Int(outcome.delivery - deliveryBase)].entry
        let reason = DeadLetter.clipped(outcome.reason)
        switch outcome.kind {
        case .ack:
            settlement.settled.append(self[entry: number].offset)
            complete(number, now: now)
        case .nak:
            fail(number, reason: reason, delayMs: outcome.delay, now: now, time: time, records: &records)
        case .term:
            note(reason.isEmpty ? "terminated" : reason, of: number)
            guard giveUp(number, reason: reason, now: now, time: time, records: &records) else { return .unreadable }
        case .inProgress:
            let key = self[entry: number].key
            if var state = keys[key], state.head == number {
                setDeadline(&state, now: now)
                keys[key] = state
            }
        }
        return .done
    }

    /// Ends an entry: its key goes on, the floor may rise.
    @inline(__always)
    mutating func complete(_ number: UInt64, now: UInt64) {
        isDirty = true
        let wasDelivered = self[entry: number].state == .delivered
        self[entry: number].state = .settled
        let key = self[entry: number].key
        if !histories.isEmpty { histories[number] = nil }
        if !unreadable.isEmpty, unreadable[key]?.offset == self[entry: number].offset { unreadable[key] = nil }
        if wasDelivered { endDelivery(self[entry: number].delivery) } else { parked -= 1 }
        guard var state = keys[key] else { preconditionFailure("an unsettled entry has its key") }
        if wasDelivered { state.inFlight -= 1 }
        if state.cursor == number { state.cursor = firstUnsettled(from: number) }
        if state.head == number {
            let head = firstUnsettled(from: number)
            state.head = head
            if head == GroupMachine.noEntry {
                keys[key] = nil
            } else {
                if self[entry: head].state == .delivered { setDeadline(&state, now: now) }
                keys[key] = state
                if state.inFlight == 0 { makeReady(key) }
            }
        } else {
            keys[key] = state
        }
        raiseFloor()
    }

    @inline(__always)
    private mutating func endDelivery(_ delivery: UInt64) {
        let slot = deliveries[Int(delivery - deliveryBase)]
        guard slot.isLive else { return }
        deliveries[Int(delivery - deliveryBase)].isLive = false
        ackPending -= 1
        if let place = place(of: slot.member) { members[place].ackPending -= 1 }
        while let first = deliveries.first, !first.isLive {
            deliveries.removeFirst()
            deliveryBase += 1
        }
    }

    @inline(__always)
    private mutating func raiseFloor() {
        while let first = entries.first, first.state == .settled {
            entries.removeFirst()
            entryBase += 1
        }
        while let first = passedSettled.first, first < floor { passedSettled.removeFirst() }
    }

    /// A delivery failed: give it again later, or give it up.
    mutating func fail(
        _ number: UInt64, reason: String, delayMs: UInt32, now: UInt64, time: UInt64, records: inout some RecordSource
    ) {
        let entry = self[entry: number]
        note(reason.isEmpty ? "failed" : reason, of: number)
        if Int(entry.attempts) >= config.maxDeliver, !isDeadLetterStoreFull {
            takeBack(from: number, blockedUntil: 0)
            giveUp(number, reason: reason, now: now, time: time, records: &records)
            return
        }
        settlement.failed.append(.init(offset: entry.offset, attempts: entry.attempts))
        let delay = delayMs > 0 ? UInt64(delayMs) : backoff(after: Int(entry.attempts))
        takeBack(from: number, blockedUntil: delay == 0 ? 0 : now + delay * 1_000_000)
    }

    /// Milliseconds before the next delivery.
    private func backoff(after attempts: Int) -> UInt64 {
        guard let last = config.backoffMs.last else { return 0 }
        return UInt64(attempts <= config.backoffMs.count ? config.backoffMs[attempts - 1] : last)
    }

    private mutating func note(_ reason: String, of number: UInt64) {
        var history = histories[number] ?? []
        history.append("attempt \(self[entry: number].attempts): \(reason)")
        histories[number] = history.suffix(DeadLetter.historyLimit)
    }

    /// Takes an entry and all later ones of its key back from their member; those that it has not settled are revoked.
    mutating func takeBack(from number: UInt64, blockedUntil: UInt64) {
        isDirty = true
        let key = self[entry: number].key
        guard var state = keys[key] else { return }
        var revoked: [UInt64] = []
        let member = state.member
        var entry = number
        while entry != GroupMachine.noEntry {
            if self[entry: entry].state == .delivered {
                revoked.append(self[entry: entry].delivery)
                endDelivery(self[entry: entry].delivery)
                self[entry: entry].state = .waiting
                // Only the first was looked at: the others came too early, that is no attempt.
                if entry != number { self[entry: entry].attempts -= 1 }
                state.inFlight -= 1
                parked += 1
            }
            entry = self[entry: entry].nextInKey
        }
        state.cursor = number
        state.blockedUntil = blockedUntil
        keys[key] = state
        if blockedUntil > 0 { timers.insert(Timer(time: blockedUntil, key: key)) } else { makeReady(key) }
        if let place = place(of: member), !revoked.isEmpty {
            revoke(revoked, from: members[place])
        }
    }

    private mutating func revoke(_ deliveries: [UInt64], from member: Member) {
        var frame: [UInt8] = []
        frame.put(FrameHeader(.revoked, session: member.session, ref: 0))
        frame.put(u32: member.subscription)
        frame.put(u32: UInt32(deliveries.count))
        for delivery in deliveries { frame.put(u64: delivery) }
        outgoing.append(Outgoing(session: member.session, frame: frame))
    }

    /// Gives an entry up: its record becomes a dead letter, journalled in the batch that settles it.
    ///
    /// - Returns: False when its record cannot be read: the entry waits then.
    @discardableResult
    mutating func giveUp(
        _ number: UInt64, reason: String, now: UInt64, time: UInt64, records: inout some RecordSource
    ) -> Bool {
        let key = self[entry: number].key
        guard let batch = batch(of: number, in: &records, now: now) else {
            // A dead letter keeps its record: it waits until that can be read.
            takeBack(from: number, blockedUntil: unreadable[key]?.until ?? 0)
            return false
        }
        batch.withRecord(at: self[entry: number].offset) { record in
            let event = RedriveRecord.event(in: record, at: self[entry: number].offset)
            giveUp(number, event, reason: reason, now: now, time: time)
        }
        if config.onExhausted == .parkKey { parkFollowers(of: key, now: now, time: time, records: &records) }
        return true
    }

    static let parkedReason = "parked behind an earlier dead letter of its key"

    /// Gives an entry up whose record is at hand.
    mutating func giveUp(
        _ number: UInt64, _ event: (offset: UInt64, record: RecordView), reason: String, now: UInt64, time: UInt64
    ) {
        let entry = self[entry: number]
        let letter = DeadLetter(
            offset: event.offset, time: time, attempts: entry.attempts, reason: reason,
            history: histories[number] ?? [], record: Array(event.record.bytes))
        keep(letter)
        newDeadLetters.append(letter)
        newLetterBytes += letter.record.count
        settlement.settled.append(entry.offset)
        complete(number, now: now)
    }

    /// Under `park_key`, what waits behind a dead letter follows it.
    private mutating func parkFollowers(of key: UInt64, now: UInt64, time: UInt64, records: inout some RecordSource) {
        guard let state = keys[key] else { return }
        takeBack(from: state.head, blockedUntil: 0)
        while !isGivingUpMuch, !isDeadLetterStoreFull, unreadable[key] == nil, keys[key] != nil {
            parkNext(of: key, now: now, records: &records)
        }
    }

    /// Gives up the first waiting entry of a parked key.
    mutating func parkNext(of key: UInt64, now: UInt64, records: inout some RecordSource) {
        guard let number = keys[key]?.head else { return }
        guard let batch = batch(of: number, in: &records, now: now) else {
            if let until = unreadable[key]?.until { block(key, until: until) }
            return
        }
        batch.withRecord(at: self[entry: number].offset) { record in
            let event = RedriveRecord.event(in: record, at: self[entry: number].offset)
            giveUp(number, event, reason: GroupMachine.parkedReason, now: now, time: batch.time)
        }
        makeReady(key)
    }

    /// Bytes of dead letters that one turn may journal for a group; the rest follows in the next.
    static let letterBytesPerTurn = 4 << 20

    /// Whether this turn has given up enough.
    var isGivingUpMuch: Bool { newLetterBytes >= GroupMachine.letterBytesPerTurn }

    /// Adds a dead letter to the state, live or from a replay.
    mutating func keep(_ letter: DeadLetter) {
        isDirty = true
        unsavedLetters.insert(letter.offset)
        guard deadLetters.updateValue(letter, forKey: letter.offset) == nil else { return }
        deadLetterBytes += letter.record.count
        if config.onExhausted == .parkKey { parkedKeys[letter.keyHash, default: 0] += 1 }
    }

    /// Notes a redrive record at `offset` that is not read yet: until then newer events of its key stay behind it.
    mutating func awaitRedrive(at offset: UInt64, key: UInt64) {
        isDirty = true
        guard unreadRedrives.updateValue(key, forKey: offset) == nil, config.onExhausted == .parkKey else { return }
        parkedKeys[key, default: 0] += 1
    }

    /// The redrive record at `offset` was read, or is not to be read any more.
    mutating func endRedrive(_ offset: UInt64) {
        guard let key = unreadRedrives.removeValue(forKey: offset) else { return }
        release(key)
    }

    private mutating func release(_ key: UInt64) {
        if let holding = parkedKeys[key] { parkedKeys[key] = holding > 1 ? holding - 1 : nil }
    }

    /// Removes a dead letter from the state: redriven or dropped.
    @discardableResult
    mutating func removeDeadLetter(_ offset: UInt64) -> DeadLetter? {
        guard let letter = deadLetters.removeValue(forKey: offset) else { return nil }
        isDirty = true
        deadLetterBytes -= letter.record.count
        unsavedLetters.remove(offset)
        release(letter.keyHash)
        return letter
    }

    /// Ends what ran out of time, wakes what waited long enough.
    mutating func tick(now: UInt64, time: UInt64, records: inout some RecordSource) {
        if let until = standstill?.until, until <= now { standstill = nil }
        while let timer = timers.min, timer.time <= now {
            timers.removeMin()
            guard var state = keys[timer.key], state.blockedUntil == timer.time else { continue }
            state.blockedUntil = 0
            keys[timer.key] = state
            makeReady(timer.key)
        }
        guard now >= earliestDeadline else { return }
        let late = keys.values.filter { $0.inFlight > 0 && $0.deadline <= now }.map(\.head).sorted()
        for number in late where number >= entryBase && self[entry: number].state == .delivered {
            guard newLetterBytes < GroupMachine.letterBytesPerTurn else { break }
            let reason = "no outcome within ack_wait (\(config.ackWaitMs) ms)"
            fail(number, reason: reason, delayMs: 0, now: now, time: time, records: &records)
        }
        earliestDeadline = keys.values.lazy.filter { $0.inFlight > 0 }.map(\.deadline).min() ?? .max
    }

    /// When ``tick(now:time:records:)`` has something to do.
    var nextDeadline: UInt64 { min(earliestDeadline, timers.min?.time ?? .max, standstill?.until ?? .max) }
}
