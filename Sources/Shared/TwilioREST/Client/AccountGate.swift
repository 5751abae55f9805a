internal import Synchronization

/// The queue in front of one account: carries out what ``AccountMachine`` decides.
final class AccountGate: Sendable {
    typealias Waiter = CheckedContinuation<Result<AccountMachine.Permit, TwilioError>, Never>

    /// A call in the queue.
    private struct Waiting: Sendable {
        let waiter: Waiter
        let deadline: ContinuousClock.Instant
    }

    private struct State: Sendable {
        var machine: AccountMachine
        var waiters: [UInt64: Waiting] = [:]
        /// When it is looked for calls whose time is over; nil: nobody looks.
        var alarm: ContinuousClock.Instant?
        /// Told to go, or to leave, before they had begun to wait.
        var early: [UInt64: Result<AccountMachine.Permit, TwilioError>] = [:]
    }

    private let state: Mutex<State>
    private let onChange: @Sendable (CircuitState) -> Void

    /// A gate.
    ///
    /// - Parameters:
    ///   - configuration: The limits.
    ///   - onChange: Is told each change of the circuit, outside the lock.
    init(_ configuration: TwilioConfiguration, onChange: @escaping @Sendable (CircuitState) -> Void) {
        state = Mutex(State(machine: AccountMachine(configuration)))
        self.onChange = onChange
    }

    /// How things stand.
    func status(now: ContinuousClock.Instant) -> TwilioClientStatus {
        state.withLock {
            TwilioClientStatus(
                limit: $0.machine.concurrency.limit, inFlight: $0.machine.concurrency.current,
                waiting: $0.machine.waitingCount, circuit: $0.machine.breaker.state,
                retryAfter: $0.machine.breaker.remaining(now: now))
        }
    }

    /// Waits for a permit.
    ///
    /// - Parameter deadline: When the wait is over.
    /// - Returns: The permit, to be given to ``end(_:_:_:)`` exactly once.
    /// - Throws: ``TwilioError/circuitOpen(retryAfter:)``, ``TwilioError/overloaded(limit:)``,
    ///   ``TwilioError/timedOut`` or ``TwilioError/cancelled``; nothing was sent.
    func permit(until deadline: ContinuousClock.Instant) async throws(TwilioError) -> AccountMachine.Permit {
        let (answer, change) = state.withLock { state in
            let before = state.machine.breaker.state
            let answer = state.machine.ask(now: .now)
            let after = state.machine.breaker.state
            return (answer, before == after ? nil : after)
        }
        if let change { onChange(change) }
        switch answer {
        case .go(let permit): return permit
        case .circuitOpen(let delay): throw .circuitOpen(retryAfter: delay)
        case .overloaded(let limit): throw .overloaded(limit: limit)
        case .wait(let number): return try await wait(number, until: deadline).get()
        }
    }

    /// Gives a permit back.
    ///
    /// - Parameters:
    ///   - permit: What ``permit(until:)`` gave.
    ///   - feedback: What the request told about the limit.
    ///   - verdict: What it told about the account.
    func end(
        _ permit: AccountMachine.Permit, _ feedback: AdaptiveConcurrency.Feedback, _ verdict: CircuitBreaker.Verdict
    ) {
        typealias Told = (waiter: Waiter, result: Result<AccountMachine.Permit, TwilioError>)
        let (told, change) = state.withLock { state -> ([Told], CircuitState?) in
            let before = state.machine.breaker.state
            let grants = state.machine.end(permit, feedback, verdict, now: .now)
            var told: [Told] = []
            for grant in grants {
                let (number, result) =
                    switch grant {
                    case .go(let number, let permit): (number, Result<_, TwilioError>.success(permit))
                    case .circuitOpen(let number, let delay):
                        (number, Result<_, TwilioError>.failure(.circuitOpen(retryAfter: delay)))
                    }
                if let waiter = state.waiters.removeValue(forKey: number)?.waiter {
                    told.append((waiter, result))
                } else {
                    state.early[number] = result
                }
            }
            let after = state.machine.breaker.state
            return (told, before == after ? nil : after)
        }
        for (waiter, result) in told { waiter.resume(returning: result) }
        if let change { onChange(change) }
    }

    private func wait(
        _ number: UInt64, until deadline: ContinuousClock.Instant
    ) async -> Result<AccountMachine.Permit, TwilioError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let (early, isFirst) = self.state.withLock {
                    state -> (Result<AccountMachine.Permit, TwilioError>?, Bool) in
                    if let early = state.early.removeValue(forKey: number) { return (early, false) }
                    state.waiters[number] = Waiting(waiter: waiter, deadline: deadline)
                    if let alarm = state.alarm, alarm <= deadline { return (nil, false) }
                    state.alarm = deadline
                    return (nil, true)
                }
                if let early { waiter.resume(returning: early) }
                if isFirst { self.setAlarm(at: deadline) }
            }
        } onCancel: {
            self.leave(number, .cancelled)
        }
    }

    /// Looks at a moment whose time is over, and sets the next alarm while somebody waits.
    ///
    /// One task for all who wait: one for each would cost more than most waits take. It holds nothing but the gate, weakly,
    /// and ends by itself at the latest when the last deadline has passed.
    private func setAlarm(at time: ContinuousClock.Instant) {
        Task { [weak self] in
            try? await Task.sleep(until: time, clock: .continuous)
            self?.alarmRang(for: time)
        }
    }

    private func alarmRang(for time: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        let (late, next) = state.withLock { state -> ([UInt64], ContinuousClock.Instant?) in
            let late = state.waiters.filter { $0.value.deadline <= now }.map(\.key)
            // An earlier alarm was set after this one: it looks further.
            guard state.alarm == time else { return (late, nil) }
            state.alarm = state.waiters.values.lazy.map(\.deadline).filter { $0 > now }.min()
            return (late, state.alarm)
        }
        for number in late { leave(number, .timedOut) }
        if let next { setAlarm(at: next) }
    }

    /// Takes a waiting call out of the queue, unless it has been told something already.
    private func leave(_ number: UInt64, _ error: TwilioError) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.machine.leave(number) else { return nil }
            let waiter = state.waiters.removeValue(forKey: number)?.waiter
            if waiter == nil { state.early[number] = .failure(error) }
            return waiter
        }
        waiter?.resume(returning: .failure(error))
    }
}
