import Testing

@testable import Broker

@Suite struct JournalClockTests {
    private static let second: UInt64 = 1_000_000_000
    private static let hour = 3_600 * second
    private static let start = 1_800_000_000 * second

    /// A clock that has run for a minute.
    private func running() -> (clock: JournalClock, monotonic: UInt64, wall: UInt64) {
        var clock = JournalClock(last: 0)
        for step: UInt64 in 0...60 {
            clock.observe(monotonic: step * Self.second, wall: Self.start + step * Self.second)
        }
        return (clock, 60 * Self.second, Self.start + 60 * Self.second)
    }

    @Test("time follows the wall clock and never runs backwards")
    func monotone() {
        var (clock, monotonic, wall) = running()
        #expect(clock.time == wall)
        #expect(!clock.isSuspended)
        let back = clock.observe(monotonic: monotonic + Self.second, wall: wall - 10 * Self.second)
        #expect(!back)
        #expect(clock.time == wall)
        wall += 5 * Self.second
        monotonic += 5 * Self.second
        clock.observe(monotonic: monotonic, wall: wall)
        #expect(clock.time == wall)
    }

    @Test(
        "a step of an hour, either way, suspends expiry for half an hour of steady running",
        arguments: [true, false])
    func step(isForward: Bool) {
        var (clock, monotonic, wall) = running()
        let before = clock.time
        wall = isForward ? wall + Self.hour : wall - Self.hour
        monotonic += Self.second
        let isStep = clock.observe(monotonic: monotonic, wall: wall)
        #expect(isStep)
        #expect(clock.isSuspended)
        #expect(clock.time == (isForward ? wall : before))
        #expect(clock.expiryTime == before, "what was valid before the step stays valid")
        for minute: UInt64 in 1...30 {
            clock.observe(
                monotonic: monotonic + minute * 60 * Self.second, wall: wall + minute * 60 * Self.second)
            #expect(clock.isSuspended, "minute \(minute)")
            #expect(clock.expiryTime == before)
        }
        clock.observe(monotonic: monotonic + 1_801 * Self.second, wall: wall + 1_801 * Self.second)
        #expect(!clock.isSuspended)
        #expect(clock.expiryTime == clock.time)
    }

    @Test("a second step starts the half hour anew")
    func twoSteps() {
        var (clock, monotonic, wall) = running()
        clock.observe(monotonic: monotonic + Self.second, wall: wall + Self.hour)
        monotonic += 1_700 * Self.second
        wall += 1_700 * Self.second
        clock.observe(monotonic: monotonic, wall: wall)
        #expect(clock.isSuspended)
        clock.observe(monotonic: monotonic + 200 * Self.second, wall: wall + 200 * Self.second)
        #expect(clock.isSuspended)
    }

    @Test("slow drift is no step")
    func drift() {
        var clock = JournalClock(last: 0)
        for step: UInt64 in 0..<2_000 {
            let isStep = clock.observe(
                monotonic: step * Self.second, wall: Self.start + step * Self.second * 11 / 10)
            #expect(!isStep)
        }
    }

    @Test("an operator confirms the clock")
    func confirm() {
        var (clock, monotonic, wall) = running()
        clock.observe(monotonic: monotonic + 1, wall: wall + Self.hour)
        clock.confirm()
        #expect(!clock.isSuspended)
        #expect(clock.expiryTime == wall + Self.hour)
    }

    @Test("a journal from the future is noticed at start and time stands still")
    func fromTheFuture() {
        var clock = JournalClock(last: Self.start + Self.hour)
        let isStep = clock.observe(monotonic: 5, wall: Self.start)
        #expect(isStep)
        #expect(clock.isSuspended)
        #expect(clock.time == Self.start + Self.hour)
    }

    @Test("a journal from yesterday is no step")
    func fromYesterday() {
        var clock = JournalClock(last: Self.start - 24 * Self.hour)
        let isStep = clock.observe(monotonic: 5, wall: Self.start)
        #expect(!isStep)
        #expect(clock.time == Self.start)
        #expect(clock.expiryTime == Self.start)
    }
}
