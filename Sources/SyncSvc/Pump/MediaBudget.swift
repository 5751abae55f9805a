import Synchronization
import TwilioREST

/// How many bytes of files are held in memory at once, all pairs of the process together.
final class MediaBudget: Sendable {
    /// How long somebody waits for room; then the event is tried again later.
    static let waitLimit: Duration = .seconds(30)
    /// Handlers that wait at most; there are no more at work (`sync.pump.concurrency`).
    static let maxWaiting = 1_024

    private typealias Waiter = CheckedContinuation<Bool, Never>

    private struct State {
        var ledger: MediaLedger
        var waiters: [UInt64: Waiter] = [:]
        /// Told before they had begun to wait.
        var early: [UInt64: Bool] = [:]
    }

    private let state: Mutex<State>
    private let patience: Duration

    init(bytes: Int, patience: Duration = waitLimit) {
        state = Mutex(State(ledger: MediaLedger(bytes: bytes, maxWaiting: Self.maxWaiting)))
        self.patience = patience
    }

    var held: Int { state.withLock { $0.ledger.held } }

    /// Runs `body` while `bytes` are held.
    /// - Throws: What `body` throws; ``TwilioError/overloaded(limit:)`` when no room comes in time.
    func hold<Value>(_ bytes: Int, _ body: () async throws(TwilioError) -> Value) async throws(TwilioError) -> Value {
        switch state.withLock({ $0.ledger.ask(bytes) }) {
        case .go: break
        case .full: throw .overloaded(limit: Self.maxWaiting)
        case .wait(let number): guard await wait(number) else { throw .overloaded(limit: Self.maxWaiting) }
        }
        defer { tell(state.withLock { $0.ledger.end(bytes) }, true) }
        return try await body()
    }

    /// True: there is room; false: the wait was too long, or nobody waits any more.
    private func wait(_ number: UInt64) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard (try? await Task.sleep(for: self.patience)) != nil else { return }
                self.leave(number)
            }
            let isAdmitted = await withTaskCancellationHandler {
                await withCheckedContinuation { waiter in
                    let early = self.state.withLock { state -> Bool? in
                        if let early = state.early.removeValue(forKey: number) { return early }
                        state.waiters[number] = waiter
                        return nil
                    }
                    if let early { waiter.resume(returning: early) }
                }
            } onCancel: {
                self.leave(number)
            }
            group.cancelAll()
            return isAdmitted
        }
    }

    private func leave(_ number: UInt64) {
        guard let admitted = state.withLock({ $0.ledger.leave(number) }) else { return }
        tell([number], false)
        tell(admitted, true)
    }

    private func tell(_ numbers: [UInt64], _ isAdmitted: Bool) {
        let told = state.withLock { state in
            numbers.compactMap { number -> Waiter? in
                let waiter = state.waiters.removeValue(forKey: number)
                if waiter == nil { state.early[number] = isAdmitted }
                return waiter
            }
        }
        for waiter in told { waiter.resume(returning: isAdmitted) }
    }
}
