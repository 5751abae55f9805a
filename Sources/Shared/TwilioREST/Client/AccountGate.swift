internal import Synchronization

/// The queue in front of one account: carries out what ``AccountMachine`` decides.
final class AccountGate: Sendable {
    typealias Waiter = CheckedContinuation<Result<AccountMachine.Permit, TwilioError>, Never>

    private struct State: Sendable {
        var machine: AccountMachine
        var waiters: [UInt64: Waiter] = [:]
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
                if let waiter = state.waiters.removeValue(forKey: number) {
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
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
                self.leave(number, .timedOut)
            }
            let result = await withTaskCancellationHandler {
                await withCheckedContinuation { waiter in
                    let early = self.state.withLock { state -> Result<AccountMachine.Permit, TwilioError>? in
                        if let early = state.early.removeValue(forKey: number) { return early }
                        state.waiters[number] = waiter
                        return nil
                    }
                    if let early { waiter.resume(returning: early) }
                }
            } onCancel: {
                self.leave(number, .cancelled)
            }
            group.cancelAll()
            return result
        }
    }

    /// Takes a waiting call out of the queue, unless it has been told something already.
    private func leave(_ number: UInt64, _ error: TwilioError) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.machine.leave(number) else { return nil }
            let waiter = state.waiters.removeValue(forKey: number)
            if waiter == nil { state.early[number] = .failure(error) }
            return waiter
        }
        waiter?.resume(returning: .failure(error))
    }
}
