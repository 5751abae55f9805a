import Bus
import Synchronization

@testable import Gateway

/// A bus that does what a test says, and remembers what it was given.
final class FakePublisher: EventPublisher {
    enum Behaviour: Sendable {
        case answer(PublishOutcome)
        case fail(PublishFailure)
        /// Waits for ``release(_:)``.
        case hold
    }

    private struct State {
        var behaviour = Behaviour.answer(.accepted)
        var events: [OutgoingEvent] = []
        var held: [CheckedContinuation<PublishOutcome, Never>] = []
        var arrivals: [(count: Int, waiter: CheckedContinuation<Void, Never>)] = []
        var availability = BusAvailability.connected
    }

    private let state = Mutex(State())

    init(_ behaviour: Behaviour = .answer(.accepted)) {
        state.withLock { $0.behaviour = behaviour }
    }

    var events: [OutgoingEvent] { state.withLock { $0.events } }

    var availability: BusAvailability {
        get { state.withLock { $0.availability } }
        set { state.withLock { $0.availability = newValue } }
    }

    func publish(_ event: OutgoingEvent) async throws(PublishFailure) -> PublishOutcome {
        let (behaviour, waiters) = state.withLock { state in
            state.events.append(event)
            let count = state.events.count
            let waiters = state.arrivals.filter { $0.count <= count }.map(\.waiter)
            state.arrivals.removeAll { $0.count <= count }
            return (state.behaviour, waiters)
        }
        switch behaviour {
        case .answer(let outcome):
            for waiter in waiters { waiter.resume() }
            return outcome
        case .fail(let failure):
            for waiter in waiters { waiter.resume() }
            throw failure
        case .hold:
            return await withCheckedContinuation { continuation in
                state.withLock { $0.held.append(continuation) }
                for waiter in waiters { waiter.resume() }
            }
        }
    }

    /// Lets all held events end, and those to come too.
    func release(_ outcome: PublishOutcome) {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.behaviour = .answer(outcome)
            return state.held
        }
        for continuation in held { continuation.resume(returning: outcome) }
    }

    /// Waits until this many events have been given.
    func waitForEvents(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.events.count >= count { return true }
                state.arrivals.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
