import Events

/// Keeps one agent's activity on both sides in agreement: the last decision of a person wins, by the provider's time.
///
/// A decision is a change that nobody but the agent, or a supervisor, can have made: one that we did not write ourselves.
/// Own writes come back as events too; each is expected once, within a window, and then tells only what is there. So a
/// quick toggle cannot set off a volley: however events are delayed or reordered, both sides end where the last decision
/// put them (rule G-14).
struct ActivitySync: Hashable, Sendable {
    /// One side went to an activity.
    struct Change: Hashable, Sendable {
        let side: Side
        let activity: String
        /// The provider's `TimestampMs`.
        let at: Timestamp
    }

    /// One side is to be put into an activity.
    struct Write: Hashable, Sendable {
        let side: Side
        let activity: String
    }

    /// An event that an own write will cause.
    struct Expectation: Hashable, Sendable {
        let write: Write
        /// The newest change known of that side when it was written: the echo is later.
        let after: Timestamp?
        /// Own time: from here on nothing is waited for.
        let until: Timestamp
        /// The second in which the provider made the change, as it answered; nil while that is not known.
        var second: Timestamp?

        /// Whether a change at this time may be the echo.
        ///
        /// The provider tells the time of a change in whole seconds. So only one who goes to the same activity within
        /// the same second as our write is mistaken for it, and then there is nothing between the two.
        func fits(_ at: Timestamp) -> Bool {
            if let second { return at >= second && at < second.advanced(by: .seconds(1)) }
            return after.map { at > $0 } ?? true
        }
    }

    /// Own writes waited for at most; the oldest is forgotten beyond.
    static let maxExpected = 16

    private(set) var decision: Change?
    private(set) var flex: Change?
    private(set) var frontline: Change?
    private(set) var expected: [Expectation] = []

    init(decision: Change? = nil, flex: Change? = nil, frontline: Change? = nil, expected: [Expectation] = []) {
        self.decision = decision
        self.flex = flex
        self.frontline = frontline
        self.expected = expected
    }

    /// What is known of a side.
    func seen(_ side: Side) -> Change? { side == .flex ? flex : frontline }

    /// Takes one event, in whatever order they come.
    ///
    /// - Parameters:
    ///   - change: What a side went to.
    ///   - map: The activities.
    ///   - now: Own time, for the window in which echoes are expected.
    /// - Returns: What is to be written; see ``due(_:)``.
    mutating func changed(_ change: Change, map: ActivityMap, now: Timestamp) -> [Write] {
        expected.removeAll { now >= $0.until }
        if !isEcho(change), Self.isLater(change, than: decision) { decision = change }
        if seen(change.side).map({ change.at >= $0.at }) ?? true { see(change) }
        return due(map)
    }

    /// Whether a change is the echo of an own write, which is then expected no more.
    private mutating func isEcho(_ change: Change) -> Bool {
        let write = Write(side: change.side, activity: change.activity)
        guard let index = expected.firstIndex(where: { $0.write == write && $0.fits(change.at) }) else { return false }
        expected.remove(at: index)
        return true
    }

    /// What is to be written so that both sides agree with the last decision.
    ///
    /// - Parameters:
    ///   - map: The activities.
    ///   - isTrusting: Whether own writes count as done before their echo; not after a crash, when they may not have
    ///     been sent.
    /// - Returns: The writes, none when both sides agree.
    func due(_ map: ActivityMap, trusting isTrusting: Bool = true) -> [Write] {
        guard let decision else { return [] }
        // What an activity outside the map means for the other side, nobody has said.
        guard let there = map.counterpart(of: decision.activity, on: decision.side) else { return [] }
        var writes: [Write] = []
        if effective(decision.side, isTrusting).map({ $0 != decision.activity }) ?? false {
            writes.append(Write(side: decision.side, activity: decision.activity))
        }
        let other = decision.side.other
        let agrees =
            effective(other, isTrusting).map { map.agrees(decision.activity, on: decision.side, with: $0) } ?? false
        if !agrees { writes.append(Write(side: other, activity: there)) }
        return writes
    }

    /// An own write is about to be sent: its echo is expected.
    mutating func writing(_ write: Write, now: Timestamp, window: Duration) {
        expected.append(
            Expectation(write: write, after: seen(write.side)?.at, until: now.advanced(by: window)))
        if expected.count > Self.maxExpected { expected.removeFirst() }
    }

    /// The write was made, in this second by the provider's clock.
    mutating func written(_ write: Write, at second: Timestamp?) {
        guard let index = expected.lastIndex(where: { $0.write == write }) else { return }
        expected[index].second = second
    }

    /// The write did not happen: nothing will come back.
    mutating func unwritten(_ write: Write) {
        if let index = expected.lastIndex(where: { $0.write == write }) { expected.remove(at: index) }
    }

    /// The provider, asked, says where a side is: nothing has to be written there.
    mutating func found(_ activity: String, on side: Side) {
        see(Change(side: side, activity: activity, at: seen(side)?.at ?? Timestamp(unixNanoseconds: 0)))
    }

    /// Where a side is once what was written has arrived.
    private func effective(_ side: Side, _ isTrusting: Bool) -> String? {
        let written = isTrusting ? expected.last { $0.write.side == side }?.write.activity : nil
        return written ?? seen(side)?.activity
    }

    private mutating func see(_ change: Change) {
        if change.side == .flex { flex = change } else { frontline = change }
    }

    /// Equal times of both sides, which happen, are decided for Flex, so that every order of arrival ends the same.
    private static func isLater(_ change: Change, than other: Change?) -> Bool {
        guard let other else { return true }
        if change.at != other.at { return change.at > other.at }
        return change.side == .flex && other.side == .frontline
    }
}
