internal import Synchronization
internal import Wire

/// What the owner thread does with a consumer.
extension Consumer {
    /// How long to wait before joining again after a refusal.
    private static let rejoinDelay: UInt64 = 1_000_000_000

    /// A delivery and the worker that waits for it.
    typealias Assignment = (UnsafeContinuation<ConsumerMachine.Step, Never>?, RecordSlice)

    /// A `leave` to send; whatever still comes for its subscription is nobody's.
    struct Leave: Equatable, Sendable {
        var subscription: UInt32
        var ref: UInt64

        /// The whole frame.
        func frame(session: UInt32) -> [UInt8] {
            var frame: [UInt8] = []
            frame.put(FrameHeader(.leave, session: session, ref: ref))
            frame.put(u32: subscription)
            return frame
        }
    }

    /// What the owner must send and do after a look.
    struct Turn: Sendable {
        var frames: [[UInt8]] = []
        /// To send after the frames.
        var leave: Leave?
        /// When to look again at the latest.
        var deadline = UInt64.max
        /// It left, or there is nobody to leave: forget it.
        var isGone = false
    }

    /// Hands what is ready to waiting workers.
    private func resume(_ assigned: [Assignment]) {
        for (continuation, slice) in assigned { continuation?.resume(returning: .run(slice)) }
    }

    /// Takes in a `deliver` frame.
    /// - Returns: False when it is malformed.
    func deliver(_ frame: [UInt8], now: UInt64) -> Bool {
        let (isWhole, assigned) = state.withLock { state -> (Bool, [Assignment]) in
            guard !state.machine.isStopping else { return (true, []) }
            let isWhole = state.machine.deliver(frame, now: now)
            return (isWhole, state.takeAssigned(now: now))
        }
        resume(assigned)
        return isWhole
    }

    /// Takes in a `revoked` frame's body.
    func revoked(_ deliveries: Set<UInt64>) {
        cancel(state.withLock { $0.machine.revoked(deliveries) })
    }

    /// Takes in a `settled` answer.
    func settled(_ ref: UInt64, now: UInt64) {
        let assigned = state.withLock { state in
            state.machine.settled(ref)
            return state.takeAssigned(now: now)
        }
        resume(assigned)
    }

    /// Takes in a `joined` answer; nil when it is an answer to nothing.
    func joined(_ joined: Joined, ref: UInt64) -> CreditBody? {
        state.withLock { state in
            guard state.membership == .joining(ref: ref) else { return nil }
            state.membership = .joined
            let credit = state.machine.joined(subscription: joined.subscription, ackWaitMs: joined.config.ackWaitMs)
            return state.machine.isStopping ? nil : credit
        }
    }

    /// Takes in a `done`: the group is left.
    func done(_ ref: UInt64) {
        state.withLock { state in
            if state.membership == .leaving(ref: ref) { state.membership = .outside(since: .max) }
        }
    }

    /// Takes in a `failure` of a join, a settle or a leave.
    /// - Returns: What to send at once: the membership ended here, but the Broker has it still, with credit.
    func failed(_ ref: UInt64, _ failure: Failure, now: UInt64) -> Leave? {
        let (cancelled, waiting, leave) = state.withLock {
            state -> ([Int], [UnsafeContinuation<ConsumerMachine.Step, Never>], Leave?) in
            switch state.membership {
            case .joining(ref) where failure.retryable:
                state.membership = .outside(since: now + Self.rejoinDelay)
                return ([], [], nil)
            case .joining(ref):
                state.failure = .rejected(failure)
                state.membership = .outside(since: .max)
                return ([], state.stopWorkers(), nil)
            case .leaving(ref):
                state.membership = .outside(since: .max)
                return ([], [], nil)
            case .joined:
                // A settle that failed as a whole: what it said is unknown, so the membership starts anew.
                let leave = Leave(subscription: state.machine.subscription, ref: state.takeRef(of: id))
                state.membership = .outside(since: now + Self.rejoinDelay)
                return (state.machine.lost(), [], leave)
            case .outside, .joining, .leaving: return ([], [], nil)
            }
        }
        cancel(cancelled)
        for continuation in waiting { continuation.resume(returning: .stop) }
        return leave
    }

    /// The session ended.
    func lost() {
        let cancelled = state.withLock { state in
            state.membership = .outside(since: state.machine.isStopping ? .max : 0)
            return state.machine.lost()
        }
        cancel(cancelled)
    }

    /// The connection ends for good.
    func close() {
        let (cancelled, waiting, drained) = state.withLock { state in
            state.isGone = true
            if state.failure == nil, !state.machine.isStopping { state.failure = .closed }
            let waiting = state.stopWorkers()
            return (state.machine.lost() + state.machine.cancelRunning(), waiting, state.drained.take())
        }
        cancel(cancelled)
        for continuation in waiting { continuation.resume(returning: .stop) }
        drained?.resume()
    }

    /// Looks what is due; `session` is 0 where there is none.
    func turn(now: UInt64, session: UInt32) -> Turn {
        let (turn, cancelled, drained) = state.withLock { state in
            var cancelled = state.machine.tick(now: now)
            if now >= state.stopDeadline { cancelled += state.machine.cancelRunning() }
            var turn = Turn(deadline: state.machine.nextScan)
            if state.machine.runningCount > 0 { turn.deadline = min(turn.deadline, state.stopDeadline) }
            if session != 0 { membershipTurn(&state, &turn, now: now, session: session) }
            flushTurn(&state, &turn, now: now, session: session)
            drainTurn(&state, &turn, now: now)
            return (turn, cancelled, turn.isGone ? state.drained.take() : nil)
        }
        cancel(cancelled)
        drained?.resume()
        return turn
    }

    private func membershipTurn(_ state: inout State, _ turn: inout Turn, now: UInt64, session: UInt32) {
        guard case .outside(let since) = state.membership, !state.machine.isStopping else { return }
        guard now >= since else {
            turn.deadline = min(turn.deadline, since)
            return
        }
        let ref = state.takeRef(of: id)
        state.membership = .joining(ref: ref)
        turn.frames.append([UInt8](FrameHeader(.join, session: session, ref: ref), body: ControlJSON.encode(request)))
    }

    private func flushTurn(_ state: inout State, _ turn: inout Turn, now: UInt64, session: UInt32) {
        guard case .joined = state.membership, session != 0 else {
            state.isTicking = false
            return
        }
        guard state.machine.hasOutgoing else {
            state.isHasty = false
            let isQuiet = now >= state.lastFlush + 2 * BusLimits.settleDelay.nanoseconds
            if isQuiet || state.machine.held == 0 { state.isTicking = false }
            if state.isTicking { turn.deadline = min(turn.deadline, now + BusLimits.settleDelay.nanoseconds) }
            return
        }
        let due = state.lastFlush + BusLimits.settleDelay.nanoseconds
        guard state.isHasty || state.machine.isUrgent || now >= due || state.machine.isStopping else {
            state.isTicking = true
            turn.deadline = min(turn.deadline, due)
            return
        }
        state.isHasty = false
        state.lastFlush = now
        let flush = state.machine.flush(session: session, ref: state.takeRef(of: id))
        if let settle = flush.settle { turn.frames.append(settle) }
        if let credit = flush.credit { turn.frames.append(credit.frame(session: session)) }
        if state.isTicking { turn.deadline = min(turn.deadline, now + BusLimits.settleDelay.nanoseconds) }
    }

    private func drainTurn(_ state: inout State, _ turn: inout Turn, now: UInt64) {
        guard state.drained != nil else { return }
        let isLate = now >= state.drainDeadline
        if !isLate { turn.deadline = min(turn.deadline, state.drainDeadline) }
        switch state.membership {
        case .joined where state.machine.unanswered == 0 || isLate:
            let leave = Leave(subscription: state.machine.subscription, ref: state.takeRef(of: id))
            turn.leave = leave
            state.membership = .leaving(ref: leave.ref)
            turn.isGone = isLate
        case .joined: break
        case .joining, .leaving: turn.isGone = isLate
        case .outside: turn.isGone = true
        }
        state.isGone = turn.isGone
    }
}

extension Consumer.State {
    mutating func takeRef(of id: UInt32) -> UInt64 {
        counter &+= 1
        return FrameReference.ref(ofConsumer: id, counter)
    }

    /// What is ready, with the workers that wait for it.
    fileprivate mutating func takeAssigned(now: UInt64) -> [Consumer.Assignment] {
        machine.assign(now: now).map { (waiting[$0.worker].take(), $0.slice) }
    }
}

extension CreditBody {
    /// The whole frame.
    func frame(session: UInt32) -> [UInt8] {
        var frame: [UInt8] = []
        frame.put(FrameHeader(.credit, session: session, ref: 0))
        encode(into: &frame)
        return frame
    }
}
