import Bus
import ServiceLifecycle
import Synchronization

/// One subscription to the tap for everybody in this process who wants to know that something may be new.
///
/// It says nothing but "look": what there is to see is read from the journal or the maps, so a ring that is lost costs a
/// moment and never an event.
final class Doorbell: Service {
    /// Topics that ring.
    static let topics = ["extensions."]

    private struct State {
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var lastNumber: UInt64 = 0
    }

    private let tapSocket: String
    private let state = Mutex(State())

    init(tapSocket: String) { self.tapSocket = tapSocket }

    /// Rings for one listener; several at once are one.
    func rings() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastNumber += 1
            state.listeners[state.lastNumber] = continuation
            return state.lastNumber
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    func run() async throws {
        let tap = BusTap(socketPath: tapSocket, topics: Self.topics)
        for try await _ in tap.messages().cancelOnGracefulShutdown() {
            for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
        }
    }
}
