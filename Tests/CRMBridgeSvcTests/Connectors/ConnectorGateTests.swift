import Testing

@testable import CRMBridgeSvc

struct ConnectorGateTests {
    private let start = ContinuousClock.now

    @Test("A pause that the CRM asks for holds for all requests, exactly as long")
    func obeys() {
        var gate = ConnectorGate()
        gate.record(.unavailable(.throttled, retryAfter: .seconds(7)), at: start)
        #expect(gate.admit(at: start + .seconds(6)) == .seconds(1))
        #expect(gate.admit(at: start + .seconds(7)) == nil)
        gate.record(nil, at: start + .seconds(8))
        #expect(gate.state == .ok && gate.lastError == nil)
    }

    @Test("A CRM that fails is asked once after each pause, and the pauses grow to their limit")
    func closes() {
        var gate = ConnectorGate()
        var now = start
        for _ in 0..<ConnectorGate.failuresToClose {
            #expect(gate.admit(at: now) == nil)
            gate.record(.unavailable(.unreachable), at: now)
        }
        #expect(gate.state == .away)
        var pauses: [Duration] = []
        for _ in 0..<8 {
            let pause = gate.admit(at: now) ?? .zero
            pauses.append(pause)
            now += pause
            #expect(gate.admit(at: now) == nil, "one may try")
            #expect(gate.admit(at: now) != nil, "others wait for it")
            gate.record(.unavailable(.timeout), at: now)
        }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
        now += .seconds(30)
        #expect(gate.admit(at: now) == nil)
        gate.record(.notFound, at: now)
        #expect(gate.state == .ok && gate.admit(at: now) == nil, "an answer is an answer")
    }

    @Test("Refused credentials are shown, and a request that was given up frees its place")
    func denied() {
        var gate = ConnectorGate()
        gate.record(.denied, at: start)
        #expect(gate.state == .denied)
        for _ in 0..<5 { gate.record(.unavailable(.failing), at: start) }
        #expect(gate.admit(at: start + .seconds(1)) == nil)
        gate.forget()
        #expect(gate.admit(at: start + .seconds(1)) == nil)
    }

    @Test("Pauses of an activity double to a minute, are ten after an hour, and obey the CRM")
    func pauses() {
        let plain = [1, 2, 3, 7, 66, 67].map { RetryPause.after(attempt: $0, asked: nil, jitter: 0) }
        #expect(plain == [1, 2, 4, 60, 60, 600].map { .seconds($0) })
        #expect(RetryPause.after(attempt: 1, asked: .seconds(90), jitter: 0) == .seconds(90))
        #expect(RetryPause.after(attempt: 1, asked: .seconds(9_000), jitter: 0) == .seconds(3_600))
        #expect(RetryPause.after(attempt: 3, asked: nil, jitter: 1) == .seconds(5))
    }
}
