internal import Wire

/// Decides when to connect, to ping and to give a session up; knows no socket and no clock.
///
/// `now` is in monotonic nanoseconds everywhere.
struct SessionMachine: Sendable {
    /// What the owner must do now.
    enum Action: Equatable, Sendable {
        case none
        /// Open a new socket, connect it and send hello.
        case open
        case ping
        /// Close the socket; then call ``lost(_:now:random:)``.
        case giveUp(String)
    }

    private enum State: Sendable {
        case waiting(until: UInt64)
        case opening(deadline: UInt64)
        case connected(heartbeat: UInt64)
    }

    private var state: State = .waiting(until: 0)
    private let backoff: ClosedRange<UInt64>
    private let helloTimeout: UInt64
    /// Attempts since the last welcome.
    private var attempts = 0
    private var lastSent: UInt64 = 0
    private var lastReceived: UInt64 = 0
    /// The session's number, 0 while there is none.
    private(set) var session: UInt32 = 0
    /// The highest epoch seen; a Broker with a lower one was restored from an older copy.
    private(set) var epoch: UInt64?

    init(backoff: ClosedRange<Duration>, helloTimeout: Duration = BusLimits.helloTimeout) {
        self.backoff = backoff.lowerBound.nanoseconds...backoff.upperBound.nanoseconds
        self.helloTimeout = helloTimeout.nanoseconds
    }

    var isConnected: Bool { session != 0 }

    /// What is due at `now`.
    mutating func poll(now: UInt64) -> Action {
        switch state {
        case .waiting(let until):
            guard now >= until else { return .none }
            state = .opening(deadline: now + helloTimeout)
            attempts += 1
            lastSent = now
            return .open
        case .opening(let deadline):
            return now >= deadline ? .giveUp("no answer to hello within \(helloTimeout / 1_000_000) ms") : .none
        case .connected(let heartbeat):
            if now >= lastReceived + BusLimits.brokerSilence {
                return .giveUp("no sign of life from the Broker for \(BusLimits.brokerSilence / 1_000_000) ms")
            }
            guard now >= lastSent + heartbeat / 2 else { return .none }
            lastSent = now
            return .ping
        }
    }

    /// When ``poll(now:)`` is due next.
    var nextDeadline: UInt64 {
        switch state {
        case .waiting(let until): until
        case .opening(let deadline): deadline
        case .connected(let heartbeat): min(lastReceived + BusLimits.brokerSilence, lastSent + heartbeat / 2)
        }
    }

    /// A frame came from the Broker.
    mutating func received(now: UInt64) { lastReceived = now }

    /// A frame went to the Broker.
    mutating func sent(now: UInt64) { lastSent = now }

    /// Takes in a welcome.
    /// - Returns: Why this session must not be used; nil when it begins.
    mutating func welcomed(_ welcome: Welcome, now: UInt64) -> String? {
        guard case .opening = state else { return "a second welcome in one session" }
        guard welcome.version == Int(FrameHeader.version) else {
            return "protocol version \(welcome.version) is unknown"
        }
        guard welcome.session != 0, welcome.heartbeatMs > 0 else { return "the welcome names no session" }
        if let epoch, welcome.epoch < epoch {
            return
                "the Broker's epoch \(welcome.epoch) is below \(epoch), seen before: it was restored from an older copy"
        }
        epoch = welcome.epoch
        session = welcome.session
        attempts = 0
        lastReceived = now
        lastSent = now
        state = .connected(heartbeat: UInt64(welcome.heartbeatMs) * 1_000_000)
        return nil
    }

    /// The session or the attempt ended: a new one follows after a random part of a bound that doubles (full jitter).
    mutating func lost(now: UInt64, random: UInt64) {
        session = 0
        let bound = min(backoff.upperBound, backoff.lowerBound << UInt64(min(attempts, 20)))
        state = .waiting(until: now + random % max(bound, 1))
    }
}
