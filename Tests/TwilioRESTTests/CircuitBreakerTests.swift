import Testing

@testable import TwilioREST

@Suite("The circuit of an account")
struct CircuitBreakerTests {
    private let noon = ContinuousClock.now

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(failures: 3, openFor: .seconds(1))
        for _ in 0..<3 {
            guard case .admitted(let ticket) = breaker.admit(now: noon) else { return breaker }
            breaker.record(ticket, .failed, now: noon)
        }
        return breaker
    }

    @Test("Failures in a row open it; an answer in between begins the count anew")
    func opens() {
        var breaker = CircuitBreaker(failures: 3, openFor: .seconds(1))
        for verdict in [CircuitBreaker.Verdict.failed, .failed, .answered, .failed, .failed] {
            breaker.record(0, verdict, now: noon)
        }
        #expect(breaker.state == .closed)
        breaker.record(0, .unknown, now: noon)
        breaker.record(0, .failed, now: noon)
        #expect(breaker.state == .open)
        #expect(breaker.admit(now: noon + .milliseconds(400)) == .refused(for: .milliseconds(600)))
    }

    @Test("After the pause one request goes through, and its answer closes it")
    func probe() throws {
        var breaker = opened()
        let later = noon + .seconds(1)
        guard case .admitted(let ticket) = breaker.admit(now: later) else {
            Issue.record("no probe")
            return
        }
        #expect(breaker.state == .halfOpen)
        #expect(breaker.admit(now: later) == .refused(for: .seconds(1)))
        breaker.record(ticket, .answered, now: later)
        #expect(breaker.state == .closed)
    }

    @Test("A probe that fails opens it for another pause; one that was given up leaves room for the next")
    func failedProbe() {
        var breaker = opened()
        let later = noon + .seconds(1)
        guard case .admitted(let first) = breaker.admit(now: later) else {
            Issue.record("no probe")
            return
        }
        breaker.record(first, .failed, now: later)
        #expect(breaker.admit(now: later + .milliseconds(999)) == .refused(for: .milliseconds(1)))
        guard case .admitted(let second) = breaker.admit(now: later + .seconds(1)) else {
            Issue.record("no second probe")
            return
        }
        breaker.record(second, .unknown, now: later + .seconds(1))
        guard case .admitted = breaker.admit(now: later + .seconds(1)) else {
            Issue.record("no third probe")
            return
        }
    }

    @Test("What began before the circuit opened decides nothing any more")
    func late() {
        var breaker = opened()
        breaker.record(0, .answered, now: noon)
        #expect(breaker.state == .open)
        _ = breaker.admit(now: noon + .seconds(1))
        breaker.record(0, .failed, now: noon + .seconds(1))
        #expect(breaker.state == .halfOpen)
    }
}
