import Bus
import Synchronization

@testable import Gateway

/// A bus that takes dials now or never, as a test says.
final class FakePromptPublisher: PromptPublisher {
    private struct State {
        var outcomes: [Result<PromptOutcome, PublishFailure>] = []
        var events: [OutgoingEvent] = []
    }

    private let state = Mutex(State())

    /// Gives these one after the other, then `stored`.
    init(_ outcomes: [Result<PromptOutcome, PublishFailure>] = []) {
        state.withLock { $0.outcomes = outcomes }
    }

    var events: [OutgoingEvent] { state.withLock { $0.events } }

    func publishNow(_ event: OutgoingEvent) async throws(PublishFailure) -> PromptOutcome {
        try state.withLock { state in
            state.events.append(event)
            return state.outcomes.isEmpty ? .success(.stored) : state.outcomes.removeFirst()
        }.get()
    }
}
