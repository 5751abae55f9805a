import Events
import Synchronization

@testable import Gateway

/// A service that knows tokens which begin with `right`, and lets those who ask wait when a test says so.
final class HeldCaller: ServiceCaller {
    private struct State {
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var asked = 0
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.waiting.count } }
    var asked: Int { state.withLock { $0.asked } }

    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func call(_ service: String, _ payload: [UInt8], within: Duration) async throws(CallFailure) -> [UInt8] {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                state.asked += 1
                if state.isHeld { state.waiting.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        let isRight = (try? JSONValue(parsing: payload))?["token"]?.string?.hasPrefix("right") ?? false
        let answer: JSONValue =
            isRight ? ["valid": true, "sub": "u7", "name": "Ben", "role": "agent"] : ["valid": false]
        return answer.bytes
    }
}
