import Testing

@testable import TwilioREST

@Suite("Whether a call is repeated")
struct CallMachineTests {
    private let noon = ContinuousClock.now

    private func machine(_ rule: RepeatRule, attempts: Int = 3, isDeletion: Bool = false) -> CallMachine {
        var configuration = TwilioConfiguration()
        configuration.maxAttempts = attempts
        return CallMachine(
            rule: rule, isDeletion: isDeletion, policy: RetryPolicy(configuration), deadline: noon + .seconds(20))
    }

    private func failure(_ kind: TransportFailure.Kind, wasSent: Bool) -> AttemptOutcome {
        .failed(TransportFailure(kind, wasSent: wasSent, reason: "r"))
    }

    @Test("A 429 was never processed: repeated for everything", arguments: [RepeatRule.read, .idempotent, .once])
    func rateLimited(rule: RepeatRule) {
        var machine = machine(rule)
        let answer = AttemptOutcome.answered(status: 429, retryAfter: .seconds(1))
        #expect(machine.next(answer, random: 0, now: noon) == .pause(.seconds(1)))
        #expect(machine.next(answer, random: 0, now: noon) == .pause(.seconds(1)))
        #expect(machine.next(answer, random: 0, now: noon) == .fail(.rateLimited(retryAfter: .seconds(1))))
    }

    @Test("What was not sent is repeated for everything", arguments: [RepeatRule.read, .idempotent, .once])
    func notSent(rule: RepeatRule) {
        var machine = machine(rule, attempts: 2)
        #expect(machine.next(failure(.connect, wasSent: false), random: 0, now: noon) == .pause(.zero))
        #expect(
            machine.next(failure(.connect, wasSent: false), random: 0, now: noon)
                == .fail(.other(.unreachable(reason: "r"))))
    }

    @Test("A 5xx is repeated only for what may be done twice")
    func serverError() {
        let answer = AttemptOutcome.answered(status: 503, retryAfter: nil)
        var once = machine(.once)
        #expect(once.next(answer, random: 0, now: noon) == .fail(.outcomeUnknown(reason: "HTTP 503")))
        var read = machine(.read, attempts: 2)
        #expect(read.next(answer, random: 0, now: noon) == .pause(.zero))
        #expect(read.next(answer, random: 0, now: noon) == .fail(.serverFailed))
        var idempotent = machine(.idempotent, attempts: 2)
        #expect(idempotent.next(answer, random: 0, now: noon) == .pause(.zero))
        #expect(idempotent.next(answer, random: 0, now: noon) == .fail(.outcomeUnknown(reason: "HTTP 503")))
    }

    @Test(
        "A lost answer leaves a write open and a read unanswered",
        arguments: [TransportFailure.Kind.deadline, .connectionLost, .malformed])
    func lost(kind: TransportFailure.Kind) {
        var once = machine(.once)
        #expect(
            once.next(failure(kind, wasSent: true), random: 0, now: noon) == .fail(.outcomeUnknown(reason: "r")))
        var read = machine(.read, attempts: 1)
        #expect(
            read.next(failure(kind, wasSent: true), random: 0, now: noon)
                == .fail(.other(.unanswered(reason: "r"))))
    }

    @Test("Once an attempt of a write has left it open, no later refusal closes it")
    func staysOpen() {
        let later: [AttemptOutcome] = [
            .answered(status: 429, retryAfter: .seconds(100)), .notAdmitted(.circuitOpen(retryAfter: .seconds(1))),
            .notAdmitted(.timedOut), failure(.cancelled, wasSent: false),
        ]
        for outcome in later {
            var machine = machine(.idempotent)
            #expect(machine.next(failure(.deadline, wasSent: true), random: 0, now: noon) == .pause(.zero))
            guard case .fail(.outcomeUnknown) = machine.next(outcome, random: 0, now: noon) else {
                Issue.record("\(outcome)")
                continue
            }
            guard case .outcomeUnknown = machine.cancelled else {
                Issue.record("cancelled")
                continue
            }
        }
        var read = machine(.read)
        _ = read.next(failure(.deadline, wasSent: true), random: 0, now: noon)
        #expect(read.next(.notAdmitted(.timedOut), random: 0, now: noon) == .fail(.other(.timedOut)))
    }

    @Test("A repeated deletion that finds nothing has deleted it; a first one has not")
    func deletion() {
        var machine = machine(.idempotent, isDeletion: true)
        #expect(machine.next(.answered(status: 500, retryAfter: nil), random: 0, now: noon) == .pause(.zero))
        #expect(machine.next(.answered(status: 404, retryAfter: nil), random: 0, now: noon) == .deleted)
        var first = self.machine(.idempotent, isDeletion: true)
        #expect(first.next(.answered(status: 404, retryAfter: nil), random: 0, now: noon) == .fail(.rejected))
    }

    @Test("No attempt begins after the call's time")
    func deadline() {
        var machine = machine(.read)
        let late = noon + .milliseconds(19_500)
        #expect(
            machine.next(.answered(status: 429, retryAfter: .seconds(1)), random: 0, now: late)
                == .fail(.rateLimited(retryAfter: .seconds(1))))
    }

    @Test("Other refusals are final", arguments: [301, 400, 401, 403, 404, 409, 412, 422])
    func rejected(status: Int) {
        var machine = machine(.read)
        #expect(machine.next(.answered(status: status, retryAfter: nil), random: 0, now: noon) == .fail(.rejected))
    }

    @Test("Cancelled before it was sent is cancelled, after it is open for a write")
    func cancelled() {
        var once = machine(.once)
        #expect(once.next(failure(.cancelled, wasSent: false), random: 0, now: noon) == .fail(.other(.cancelled)))
        once = machine(.once)
        #expect(
            once.next(failure(.cancelled, wasSent: true), random: 0, now: noon) == .fail(.outcomeUnknown(reason: "r")))
        var read = machine(.read)
        #expect(read.next(failure(.cancelled, wasSent: true), random: 0, now: noon) == .fail(.other(.cancelled)))
    }
}
