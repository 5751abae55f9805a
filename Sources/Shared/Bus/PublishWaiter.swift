internal import Synchronization

/// Who waits for a publish: one task, or one that published several at once.
enum PublishWaiter: Sendable {
    case one(UnsafeContinuation<PublishOutcome, Never>)
    case part(PublishGathering, Int)

    @inline(__always)
    func resume(_ outcome: PublishOutcome) {
        switch self {
        case .one(let continuation): continuation.resume(returning: outcome)
        case .part(let gathering, let index): gathering.finish(index, outcome)
        }
    }
}

/// Gathers the outcomes of events that were published by one call; resumes when all are there.
final class PublishGathering: Sendable {
    private struct State: Sendable {
        var outcomes: [PublishOutcome?]
        var missing: Int
    }

    private let continuation: UnsafeContinuation<[PublishOutcome], Never>
    private let state: Mutex<State>

    init(count: Int, _ continuation: UnsafeContinuation<[PublishOutcome], Never>) {
        self.continuation = continuation
        state = Mutex(State(outcomes: Array(repeating: nil, count: count), missing: count))
    }

    func finish(_ index: Int, _ outcome: PublishOutcome) {
        let all = state.withLock { state -> [PublishOutcome]? in
            state.outcomes[index] = outcome
            state.missing -= 1
            return state.missing == 0 ? state.outcomes.compactMap { $0 } : nil
        }
        if let all { continuation.resume(returning: all) }
    }
}
