import Testing

@testable import Patchbay

@Suite struct GapTrackerTests {
    /// A tracker whose subscription is confirmed at offset 10.
    private func confirmed() -> GapTracker {
        var tracker = GapTracker(position: 10)
        #expect(tracker.head(end: 10) == nil)
        return tracker
    }

    @Test("Before the first head a message only hints at what to read")
    func unconfirmed() {
        var tracker = GapTracker(position: 10)
        #expect(tracker.live(topic: "a", offset: 12, previous: GapTracker.none) == .readAll(10..<13))
        #expect(tracker.readBack(topic: "b", offset: 11) == true)
        #expect(tracker.readBack(topic: "a", offset: 12) == true)
        tracker.advance(over: 10..<13)
        #expect(tracker.live(topic: "a", offset: 12, previous: GapTracker.none) == .skip)
        #expect(tracker.head(end: 15) == 13..<15)
    }

    @Test("What lies before the start is not shown")
    func beforeStart() {
        var tracker = confirmed()
        #expect(tracker.live(topic: "a", offset: 9, previous: 8) == .skip)
        #expect(tracker.live(topic: "a", offset: 10, previous: 9) == .show)
    }

    @Test("A message whose predecessor was shown, or lies before the start, shows at once")
    func noGap() {
        var tracker = confirmed()
        #expect(tracker.live(topic: "a", offset: 11, previous: 4) == .show)
        #expect(tracker.live(topic: "b", offset: 12, previous: GapTracker.none) == .show)
        #expect(tracker.live(topic: "a", offset: 13, previous: 11) == .show)
        #expect(tracker.live(topic: "a", offset: 13, previous: 11) == .skip)
    }

    @Test("A missing predecessor is read back first, on its topic alone")
    func gap() {
        var tracker = confirmed()
        #expect(tracker.live(topic: "a", offset: 11, previous: 4) == .show)
        #expect(tracker.live(topic: "a", offset: 20, previous: 18) == .readTopic(12..<19))
        #expect(tracker.live(topic: "b", offset: 21, previous: 15) == .readTopic(10..<16))
        #expect(tracker.live(topic: "a", offset: 22, previous: 20) == .show)
    }

    @Test("After a gap the next head makes sure that nothing else is missing")
    func headAfterGap() {
        var tracker = confirmed()
        _ = tracker.live(topic: "a", offset: 20, previous: 18)
        #expect(tracker.head(end: 25) == 10..<25)
        #expect(tracker.readBack(topic: "a", offset: 18) == false)
        #expect(tracker.readBack(topic: "a", offset: 20) == false)
        #expect(tracker.readBack(topic: "c", offset: 22) == true)
        tracker.advance(over: 10..<25)
        #expect(tracker.head(end: 30) == nil)
        #expect(tracker.position == 30)
    }

    @Test("After a silence the subscription has to be confirmed again")
    func silence() {
        var tracker = confirmed()
        #expect(tracker.head(end: 12) == nil)
        tracker.silence()
        #expect(tracker.live(topic: "a", offset: 14, previous: 13) == .readAll(12..<15))
        tracker.advance(over: 12..<15)
        #expect(tracker.head(end: 16) == 15..<16)
    }

    @Test("A burst that may have overflowed a queue is checked at the next head")
    func burst() {
        var tracker = confirmed()
        var previous = GapTracker.none
        for offset in 10..<UInt64(10 + GapTracker.burst) {
            #expect(tracker.live(topic: "a", offset: offset, previous: previous) == .show)
            previous = offset
        }
        #expect(tracker.head(end: 9_000) == 10..<9_000)
        tracker.advance(over: 10..<9_000)
        #expect(tracker.head(end: 9_001) == nil)
    }

    @Test("What was lost before a head that was trusted shows with the topic's next message")
    func lostBeforeTrustedHead() {
        var tracker = confirmed()
        #expect(tracker.live(topic: "a", offset: 11, previous: 4) == .show)
        // 12 on "a" and 13 on "b" are lost.
        #expect(tracker.head(end: 14) == nil)
        #expect(tracker.live(topic: "a", offset: 14, previous: 12) == .readTopic(12..<13))
        #expect(tracker.live(topic: "b", offset: 15, previous: 13) == .readTopic(10..<14))
    }

    @Test("What was trusted for long is not read again after a loss")
    func trustedForLong() {
        var tracker = confirmed()
        for end in 11...UInt64(10 + 2 * GapTracker.headsTrusted) { #expect(tracker.head(end: end) == nil) }
        let end = tracker.position
        _ = tracker.live(topic: "a", offset: end + 5, previous: end + 3)
        let range = tracker.head(end: end + 6)
        #expect(range?.upperBound == end + 6)
        #expect((range?.lowerBound ?? 0) > 1_000)
    }

    @Test("Offset zero of a topic counts as well as any other")
    func zero() {
        var tracker = GapTracker(position: 0)
        _ = tracker.head(end: 0)
        #expect(tracker.live(topic: "a", offset: 0, previous: GapTracker.none) == .show)
        #expect(tracker.live(topic: "a", offset: 1, previous: 0) == .show)
        #expect(tracker.live(topic: "a", offset: 0, previous: GapTracker.none) == .skip)
    }
}
