internal import CPlatform
internal import Synchronization
internal import Wire

/// One membership of a group: what its workers, its owner and its caller share.
final class Consumer: Sendable {
    /// Where the membership stands with the Broker.
    enum Membership: Equatable, Sendable {
        /// Join when there is a session, at `since` at the earliest.
        case outside(since: UInt64)
        case joining(ref: UInt64)
        case joined
        case leaving(ref: UInt64)
    }

    struct State: Sendable {
        var machine: ConsumerMachine
        var membership: Membership = .outside(since: 0)
        /// Workers without a delivery, by worker.
        var waiting: [UnsafeContinuation<ConsumerMachine.Step, Never>?]
        /// Tasks that cancel a worker's task when told to, by worker.
        var watchers: [UnsafeContinuation<Bool, Never>?]
        /// Whether the worker's task is at its end, perhaps before its watcher began, by worker.
        var isReleased: [Bool]
        /// Why it ended by itself.
        var failure: BusError?
        /// Whether the owner looks by itself every ``BusLimits/settleDelay``.
        var isTicking = false
        /// Whether to send without waiting for more.
        var isHasty = false
        var lastFlush: UInt64 = 0
        var counter: UInt32 = 0
        /// When running handlers are cancelled.
        var stopDeadline = UInt64.max
        /// Who waits until everything is said and the group left.
        var drained: UnsafeContinuation<Void, Never>?
        var drainDeadline = UInt64.max
        var isGone = false
    }

    let id: UInt32
    let request: JoinRequest
    let core: BusCore
    let state: Mutex<State>
    let workerCount: Int

    init(id: UInt32, request: JoinRequest, options: ConsumeOptions, core: BusCore) {
        self.id = id
        self.request = request
        self.core = core
        let machine = ConsumerMachine(options: options)
        workerCount = machine.workers.count
        state = Mutex(
            State(
                machine: machine, waiting: Array(repeating: nil, count: machine.workers.count),
                watchers: Array(repeating: nil, count: machine.workers.count),
                isReleased: Array(repeating: false, count: machine.workers.count)))
    }

    // MARK: From the workers

    /// Ends the worker's delivery and waits for its next one.
    func next(worker: Int, _ outcome: WorkerOutcome?) async -> ConsumerMachine.Step {
        let now = cplatform_monotonic_ns()
        let (step, isWakeNeeded) = state.withLock { state in
            let step = state.machine.advance(worker: worker, outcome, now: now)
            return (step, state.needsOwner(after: step))
        }
        if isWakeNeeded { core.wake.signal() }
        guard case .park = step else { return step }
        return await withUnsafeContinuation { continuation in
            let step = state.withLock { state -> ConsumerMachine.Step? in
                let step = state.machine.advance(worker: worker, nil, now: now)
                guard case .park = step else { return step }
                state.machine.park(worker)
                state.waiting[worker] = continuation
                return nil
            }
            if let step { continuation.resume(returning: step) }
        }
    }

    /// `ack_wait` of a running delivery starts anew.
    func extend(worker: Int, delivery: UInt64) {
        let now = cplatform_monotonic_ns()
        state.withLock { state in
            state.machine.extend(worker: worker, delivery: delivery, now: now)
            state.isHasty = true
        }
        core.wake.signal()
    }

    /// The worker's task and its watcher begin.
    func begin(worker: Int) { state.withLock { $0.isReleased[worker] = false } }

    /// Waits until the worker's task shall be cancelled (true) or is at its end (false).
    func cancellation(of worker: Int) async -> Bool {
        await withUnsafeContinuation { continuation in
            let isDue = state.withLock { state -> Bool? in
                if state.isReleased[worker] { return false }
                if state.machine.workers[worker].isCancelled { return true }
                state.watchers[worker] = continuation
                return nil
            }
            if let isDue { continuation.resume(returning: isDue) }
        }
    }

    /// The worker's task is at its end: so is its watcher.
    func release(watcherOf worker: Int) {
        let watcher = state.withLock { state in
            state.isReleased[worker] = true
            return state.watchers[worker].take()
        }
        watcher?.resume(returning: false)
    }

    /// Cancels the tasks of `workers`, except those that were replaced meanwhile; outside of the lock.
    func cancel(_ workers: [Int]) {
        guard !workers.isEmpty else { return }
        let watchers = state.withLock { state in
            workers.compactMap { state.machine.workers[$0].isCancelled ? state.watchers[$0].take() : nil }
        }
        for watcher in watchers { watcher.resume(returning: true) }
    }

    // MARK: From the caller

    /// Takes no more deliveries; running handlers have `grace` before they are cancelled.
    func stop(grace: Duration) {
        let deadline = cplatform_monotonic_ns() + grace.nanoseconds
        let waiting = state.withLock { state in
            state.stopDeadline = min(state.stopDeadline, deadline)
            return state.stopWorkers()
        }
        for continuation in waiting { continuation.resume(returning: .stop) }
        core.wake.signal()
    }

    /// Waits, at most `grace`, until every outcome is answered and the group is left.
    func drain(grace: Duration) async {
        let deadline = cplatform_monotonic_ns() + grace.nanoseconds
        await withUnsafeContinuation { continuation in
            let isGone = state.withLock { state in
                guard !state.isGone else { return true }
                state.drained = continuation
                state.drainDeadline = deadline
                state.isHasty = true
                return false
            }
            if isGone { return continuation.resume() }
            core.wake.signal()
        }
    }

    var failure: BusError? { state.withLock { $0.failure } }
}

extension Consumer.State {
    /// Whether the owner must be woken after a worker's step.
    mutating func needsOwner(after step: ConsumerMachine.Step) -> Bool {
        guard machine.hasOutgoing || machine.isStopping else { return false }
        if case .run = step {
            if machine.isUrgent { return true }
            guard !isTicking else { return false }
            isTicking = true
            return true
        }
        isHasty = true
        return true
    }

    /// Stops the machine; the waiting workers.
    mutating func stopWorkers() -> [UnsafeContinuation<ConsumerMachine.Step, Never>] {
        machine.stop().compactMap { waiting[$0].take() }
    }
}
