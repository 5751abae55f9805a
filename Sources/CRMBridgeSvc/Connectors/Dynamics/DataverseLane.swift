import Synchronization

/// Lets so many requests at once to the CRM; further ones wait in their order.
final class DataverseLane: Sendable {
    /// Requests that wait for a place; further ones are refused.
    static let maxWaiting = 512

    private struct State {
        var machine: LaneMachine
        var waiting: [Int: CheckedContinuation<LaneMachine.Answer, Never>] = [:]
        var lastID = 0
    }

    private let state: Mutex<State>

    init(_ machine: LaneMachine) {
        state = Mutex(State(machine: machine))
    }

    /// Waits for a place.
    ///
    /// - Throws: ``CRMError/unavailable(_:retryAfter:)`` when the CRM wants a pause, too many wait, or the task ends.
    func enter() async throws(CRMError) {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { done in
                let answer: LaneMachine.Answer? = state.withLock { state in
                    guard !Task.isCancelled else { return .refuse(.unavailable(.timeout)) }
                    let answer = state.machine.enter(id, at: .now)
                    guard answer == .wait else { return answer }
                    state.waiting[id] = done
                    return nil
                }
                if let answer { done.resume(returning: answer) }
            }
        } onCancel: {
            let gone = state.withLock { state in
                state.machine.forget(id) ? state.waiting.removeValue(forKey: id) : nil
            }
            gone?.resume(returning: .refuse(.unavailable(.timeout)))
        }
        if case .refuse(let error) = answer { throw error }
    }

    /// Gives the place back.
    func leave(throttled: Bool = false, asked: Duration? = nil) {
        let next = state.withLock { state in
            state.machine.leave(throttled: throttled, asked: asked, at: .now).compactMap { next in
                state.waiting.removeValue(forKey: next.id).map { ($0, next.answer) }
            }
        }
        for (done, answer) in next { done.resume(returning: answer) }
    }
}
