import Events
import Synchronization

@testable import Gateway

/// Services that answer what a test says, and remember what they were asked.
final class FakeCaller: ServiceCaller {
    struct Call: Sendable {
        let service: String
        let payload: [UInt8]
        let within: Duration

        var json: JSONValue? { try? JSONValue(parsing: payload) }
    }

    private struct State {
        var answer: Result<[UInt8], CallFailure>
        /// Given first, one after the other.
        var queue: [[UInt8]] = []
        var calls: [Call] = []
    }

    private let state: Mutex<State>

    init(_ answer: Result<[UInt8], CallFailure> = .failure(.unavailable)) {
        state = Mutex(State(answer: answer))
    }

    convenience init(json: JSONValue) { self.init(.success(json.bytes)) }

    /// Gives these one after the other, then nothing.
    convenience init(answers: [JSONValue]) {
        self.init()
        state.withLock { $0.queue = answers.map(\.bytes) }
    }

    var calls: [Call] { state.withLock { $0.calls } }

    func call(_ service: String, _ payload: [UInt8], within: Duration) async throws(CallFailure) -> [UInt8] {
        try state.withLock { state in
            state.calls.append(Call(service: service, payload: payload, within: within))
            return state.queue.isEmpty ? state.answer : .success(state.queue.removeFirst())
        }.get()
    }
}
