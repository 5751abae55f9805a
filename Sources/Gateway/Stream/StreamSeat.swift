import Events
import NIOCore
import Synchronization

/// One reader of the event stream, between the hub that offers frames and the connection that writes them.
///
/// Bounded: a reader with more than ``maxBytes`` waiting is told to resume and ended, one that takes nothing for
/// ``stallLimit`` is cut off.
final class StreamSeat: Sendable {
    /// Bytes that wait for one reader at most; a single larger frame may.
    static let maxBytes = 1_048_576
    /// How long a reader may take nothing while something waits.
    static let stallLimit = Duration.seconds(60)

    private struct State {
        var waiting = 0
        var lastTaken: ContinuousClock.Instant
        var isEnded = false
    }

    let number: UInt64
    let principal: Principal
    /// What the reader takes.
    let frames: AsyncStream<StreamFrame>
    private let continuation: AsyncStream<StreamFrame>.Continuation
    private let state: Mutex<State>
    private let cut: @Sendable () -> Void
    private let left: @Sendable (UInt64) -> Void

    /// - Parameters:
    ///   - number: Its own among the seats.
    ///   - principal: Who reads.
    ///   - cut: Ends the connection at once.
    ///   - left: Is told when nobody uses the seat any more.
    init(
        number: UInt64, principal: Principal, cut: @escaping @Sendable () -> Void,
        left: @escaping @Sendable (UInt64) -> Void
    ) {
        self.number = number
        self.principal = principal
        self.cut = cut
        self.left = left
        state = Mutex(State(lastTaken: .now))
        (frames, continuation) = AsyncStream.makeStream(of: StreamFrame.self, bufferingPolicy: .unbounded)
    }

    deinit { left(number) }

    /// Hands a frame to the reader, or ends him when too much waits already.
    func offer(_ frame: StreamFrame) {
        let size = frame.bytes.readableBytes
        let fits = state.withLock { state -> Bool? in
            guard !state.isEnded else { return nil }
            guard state.waiting == 0 || state.waiting + size <= Self.maxBytes else { return false }
            if state.waiting == 0 { state.lastTaken = .now }
            state.waiting += size
            return true
        }
        switch fits {
        case true?: continuation.yield(frame)
        case false?: end(.behind)
        case nil: break
        }
    }

    /// A frame is on its way to the peer.
    func took(_ frame: StreamFrame) {
        state.withLock { state in
            state.waiting = max(0, state.waiting - frame.bytes.readableBytes)
            state.lastTaken = .now
        }
    }

    /// Ends the stream behind what waits, saying why.
    func end(_ reason: StreamEnd) {
        let isFirst = state.withLock { state in
            defer { state.isEnded = true }
            return !state.isEnded
        }
        guard isFirst else { return }
        continuation.yield(.end(reason))
        continuation.finish()
    }

    /// Looks after the clock: ends a reader whose token has expired, cuts one off that takes nothing.
    func check(now: Timestamp, at instant: ContinuousClock.Instant) {
        if now >= principal.expires { end(.tokenExpired) }
        let isStalled = state.withLock { state in
            state.waiting > 0 && instant - state.lastTaken >= Self.stallLimit
        }
        if isStalled { cut() }
    }
}
