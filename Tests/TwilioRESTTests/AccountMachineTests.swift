import TestSupport
import Testing

@testable import TwilioREST

@Suite("The queue of an account")
struct AccountMachineTests {
    private let noon = ContinuousClock.now

    private func machine(concurrency: Int = 1, waiting: Int = 3, failures: Int = 2) -> AccountMachine {
        var configuration = TwilioConfiguration()
        configuration.maxConcurrency = concurrency
        configuration.maxWaiting = waiting
        configuration.breakerFailures = failures
        return AccountMachine(configuration)
    }

    private func permit(_ answer: AccountMachine.Answer) throws -> AccountMachine.Permit {
        guard case .go(let permit) = answer else {
            Issue.record("\(answer)")
            throw TwilioError.cancelled
        }
        return permit
    }

    @Test("Those who wait go in the order they came, those who have left are passed over")
    func order() throws {
        var machine = machine()
        let first = try permit(machine.ask(now: noon))
        let answers = (0..<4).map { _ in machine.ask(now: noon) }
        #expect(answers == [.wait(0), .wait(1), .wait(2), .overloaded(limit: 3)])
        let leaves = [machine.leave(0), machine.leave(0)]
        #expect(leaves == [true, false])
        let grants = machine.end(first, .fits, .answered, now: noon)
        guard case .go(1, _) = grants.first, grants.count == 1 else {
            Issue.record("\(grants)")
            return
        }
        #expect(machine.waitingCount == 1)
    }

    @Test("When the circuit opens, everybody who waits is refused at once")
    func opens() throws {
        var machine = machine(failures: 1)
        let first = try permit(machine.ask(now: noon))
        _ = machine.ask(now: noon)
        _ = machine.ask(now: noon)
        let grants = machine.end(first, .nothing, .failed, now: noon)
        #expect(
            grants == [
                .circuitOpen(0, retryAfter: .seconds(1)), .circuitOpen(1, retryAfter: .seconds(1)),
            ])
        let answer = machine.ask(now: noon)
        #expect(answer == .circuitOpen(retryAfter: .seconds(1)))
        _ = try permit(machine.ask(now: noon + .seconds(1)))
    }

    @Test("Nobody is lost and the limit holds, whatever happens", arguments: 0..<20)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var machine = machine(concurrency: 5, waiting: 20, failures: 4)
        var running: [AccountMachine.Permit] = []
        var waiting: [UInt64] = []
        var now = noon
        for _ in 0..<3_000 {
            now += .milliseconds(random.int(0...50))
            switch random.int(0...3) {
            case 0, 1:
                switch machine.ask(now: now) {
                case .go(let permit): running.append(permit)
                case .wait(let number): waiting.append(number)
                case .circuitOpen: break
                case .overloaded: #expect(waiting.count == 20, "seed \(seed)")
                }
            case 2 where !running.isEmpty:
                let permit = running.remove(at: random.int(0...(running.count - 1)))
                let verdict: CircuitBreaker.Verdict = random.oneIn(3) ? .failed : .answered
                let feedback: AdaptiveConcurrency.Feedback = random.oneIn(5) ? .tooMany : .fits
                for grant in machine.end(permit, feedback, verdict, now: now) {
                    switch grant {
                    case .go(let number, let permit):
                        #expect(waiting.first == number, "seed \(seed)")
                        waiting.removeFirst()
                        running.append(permit)
                    case .circuitOpen(let number, _):
                        #expect(waiting.first == number, "seed \(seed)")
                        waiting.removeFirst()
                    }
                }
            case 3 where !waiting.isEmpty && random.oneIn(4):
                let number = waiting.remove(at: random.int(0...(waiting.count - 1)))
                let hasLeft = machine.leave(number)
                #expect(hasLeft, "seed \(seed)")
            default: break
            }
            #expect(running.count <= 5, "seed \(seed)")
            #expect(machine.concurrency.current == running.count, "seed \(seed)")
            #expect(machine.waitingCount == waiting.count, "seed \(seed)")
            // Whoever waits has somebody to wait for.
            #expect(waiting.isEmpty || !running.isEmpty, "seed \(seed)")
        }
    }
}
