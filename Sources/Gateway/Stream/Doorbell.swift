import Bus
import ServiceLifecycle
import Synchronization

/// One subscription to the tap for everybody in this process who wants to know that something may be new.
///
/// It says nothing but "look": what there is to see is read from the journal or the maps, so a ring that is lost costs a
/// moment and never an event.
final class Doorbell: Service {
    private struct Listener {
        let topics: [String]
        let bell: AsyncStream<Void>.Continuation
    }

    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var lastNumber: UInt64 = 0
    }

    private let tapSocket: String
    private let state = Mutex(State())

    init(tapSocket: String) { self.tapSocket = tapSocket }

    /// Rings for one listener; several at once are one.
    ///
    /// - Parameter topics: Prefixes of what he wants to hear of, among ``StreamTopics/prefixes``.
    /// - Returns: Rings, until he stops listening.
    func rings(for topics: [String]) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastNumber += 1
            state.listeners[state.lastNumber] = Listener(topics: topics, bell: continuation)
            return state.lastNumber
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    func run() async throws {
        let tap = BusTap(socketPath: tapSocket, topics: StreamTopics.prefixes)
        for try await message in tap.messages().cancelOnGracefulShutdown() {
            for listener in state.withLock({ Array($0.listeners.values) })
            where listener.topics.contains(where: message.topic.hasPrefix) { listener.bell.yield() }
        }
    }
}
