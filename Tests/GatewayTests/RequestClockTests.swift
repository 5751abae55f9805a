import Testing

@testable import Gateway

@Suite("The clock of a connection")
struct RequestClockTests {
    static let limits = RequestClock.Limits(header: .seconds(10), body: .seconds(20), idle: .seconds(60))
    let start = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("Silence from the start ends without an answer, a begun head with one")
    func headHasItsTime() {
        var clock = RequestClock(limits: Self.limits, now: start)
        #expect(clock.verdict(now: at(9)) == .fine)
        #expect(clock.verdict(now: at(10)) == .close)
        clock.bytesArrived(now: at(5))
        #expect(clock.verdict(now: at(9)) == .fine)
        #expect(clock.verdict(now: at(10)) == .timeOut)
    }

    @Test("Bytes that keep dripping do not lengthen the head's time")
    func drippingDoesNotHelp() {
        var clock = RequestClock(limits: Self.limits, now: start)
        for second in 0..<10 { clock.bytesArrived(now: at(second)) }
        #expect(clock.verdict(now: at(10)) == .timeOut)
    }

    @Test("The body's time begins with the end of the head; making the answer takes as long as it takes")
    func bodyHasItsTime() {
        var clock = RequestClock(limits: Self.limits, now: start)
        clock.bytesArrived(now: at(1))
        clock.headArrived(now: at(8))
        #expect(clock.verdict(now: at(27)) == .fine)
        #expect(clock.verdict(now: at(28)) == .timeOut)
        clock.endArrived(isAnswered: false, now: at(20))
        #expect(clock.verdict(now: at(1_000)) == .fine)
    }

    @Test("After an answer the connection may idle, then a new head has its time")
    func idleConnectionsEndQuietly() {
        var clock = answered(at: 5)
        #expect(clock.phase == .idle)
        #expect(clock.verdict(now: at(64)) == .fine)
        #expect(clock.verdict(now: at(65)) == .close)
        clock.bytesArrived(now: at(50))
        #expect(clock.verdict(now: at(59)) == .fine)
        #expect(clock.verdict(now: at(60)) == .timeOut)
    }

    @Test("A head begun while the earlier answer was made has its time from the answer on")
    func pipelinedHeadHasItsTime() {
        var clock = RequestClock(limits: Self.limits, now: start)
        clock.bytesArrived(now: at(1))
        clock.headArrived(now: at(1))
        clock.endArrived(isAnswered: false, now: at(1))
        clock.bytesArrived(now: at(2))
        clock.answered(isReceiving: false, unanswered: 0, now: at(5))
        #expect(clock.phase == .head)
        #expect(clock.verdict(now: at(15)) == .timeOut)
    }

    @Test("An early answer does not stop the body's time")
    func earlyAnswerKeepsTheBodysTime() {
        var clock = RequestClock(limits: Self.limits, now: start)
        clock.bytesArrived(now: start)
        clock.headArrived(now: start)
        clock.answered(isReceiving: true, unanswered: 0, now: at(1))
        #expect(clock.verdict(now: at(20)) == .timeOut)
        clock.endArrived(isAnswered: true, now: at(19))
        #expect(clock.phase == .idle)
    }

    @Test("After a last answer the connection lingers for a second")
    func lingerEnds() {
        var clock = answered(at: 5)
        clock.closing(now: at(6))
        clock.bytesArrived(now: at(6))
        #expect(clock.verdict(now: at(6)) == .fine)
        #expect(clock.verdict(now: at(7)) == .close)
    }

    private func answered(at second: Int) -> RequestClock {
        var clock = RequestClock(limits: Self.limits, now: start)
        clock.bytesArrived(now: start)
        clock.headArrived(now: start)
        clock.endArrived(isAnswered: false, now: start)
        clock.answered(isReceiving: false, unanswered: 0, now: at(second))
        return clock
    }
}
