internal import Synchronization
internal import Wire

/// The connection's state and those who follow it.
final class StatusBoard: Sendable {
    /// States that a slow follower may fall behind; older ones are dropped.
    private static let bufferedStates = 16

    private struct Board: Sendable {
        var state: BusState = .connecting(lastError: nil)
        /// Why the Broker will not have us until someone changes something.
        var refusal: Failure?
        var followers: [Int: AsyncStream<BusState>.Continuation] = [:]
        var nextFollower = 0
    }

    private let board = Mutex(Board())

    var state: BusState { board.withLock { $0.state } }
    var refusal: Failure? { board.withLock { $0.refusal } }

    /// Sets the state and tells the followers.
    func set(_ state: BusState, refusal: Failure? = nil) {
        let followers = board.withLock { board in
            board.state = state
            board.refusal = refusal
            return Array(board.followers.values)
        }
        for follower in followers {
            follower.yield(state)
            if state == .closed { follower.finish() }
        }
    }

    /// The state now and every later one.
    func updates() -> AsyncStream<BusState> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BusState.self, bufferingPolicy: .bufferingNewest(Self.bufferedStates))
        let (number, state) = board.withLock { board in
            board.nextFollower += 1
            board.followers[board.nextFollower] = continuation
            return (board.nextFollower, board.state)
        }
        continuation.onTermination = { [weak self] _ in
            self?.board.withLock { board in _ = board.followers.removeValue(forKey: number) }
        }
        continuation.yield(state)
        if state == .closed { continuation.finish() }
        return stream
    }
}
