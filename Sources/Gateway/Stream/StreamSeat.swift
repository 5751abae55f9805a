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
        /// Events up to this offset are not for the reader: he has them.
        var skipped: UInt64 = 0
        /// When the token is to be asked about; nil while that is under way, and for tokens that nobody withdraws.
        var nextCheck: ContinuousClock.Instant?
    }

    let number: UInt64
    let principal: Principal
    /// Where the journal was read to when the reader came: live events begin behind it.
    let start: UInt64
    private let standing: StreamStanding?
    /// What the reader takes.
    let frames: AsyncStream<StreamFrame>
    private let continuation: AsyncStream<StreamFrame>.Continuation
    private let state: Mutex<State>
    private let cut: @Sendable () -> Void
    private let left: @Sendable (UInt64, String) -> Void

    /// - Parameters:
    ///   - number: Its own among the seats.
    ///   - principal: Who reads.
    ///   - start: Live events begin behind this offset.
    ///   - standing: Whether his token still counts.
    ///   - cut: Ends the connection at once.
    ///   - left: Is told when nobody uses the seat any more.
    init(
        number: UInt64, principal: Principal, start: UInt64 = 0, standing: StreamStanding? = nil,
        cut: @escaping @Sendable () -> Void, left: @escaping @Sendable (UInt64, String) -> Void
    ) {
        self.number = number
        self.principal = principal
        self.start = start
        self.standing = standing
        self.cut = cut
        self.left = left
        // Not all at once, however they came.
        let first = standing.map { ContinuousClock.now + $0.every * (16 + number % 16) / 32 }
        state = Mutex(State(lastTaken: .now, nextCheck: first))
        (frames, continuation) = AsyncStream.makeStream(of: StreamFrame.self, bufferingPolicy: .unbounded)
    }

    deinit { left(number, principal.subject) }

    /// Hands a frame to the reader, or ends him when too much waits already.
    func offer(_ frame: StreamFrame) {
        let size = frame.bytes.readableBytes
        let fits = state.withLock { state -> Bool? in
            guard !state.isEnded, frame.offset == 0 || frame.offset > state.skipped else { return nil }
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

    /// Leaves out events that the reader has from another Gateway, which was ahead of this one.
    func skip(through offset: UInt64) { state.withLock { $0.skipped = offset } }

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

    /// Whether the token is to be asked about now; then ``recheck()`` is due.
    func isCheckDue(at instant: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let next = state.nextCheck, instant >= next, !state.isEnded else { return false }
            state.nextCheck = nil
            return true
        }
    }

    /// Asks whether the token still counts, and ends the stream when it does not.
    func recheck() async {
        guard let standing else { return }
        if let reason = await standing.check() { return end(reason) }
        state.withLock { $0.nextCheck = .now + standing.every }
    }
}
