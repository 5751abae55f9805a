import Glibc
import Testing

@testable import Patchbay

@Suite(.timeLimit(.minutes(1))) struct HandlerProgramTests {
    /// A program may end without reading its input; the command ignores the signal too.
    init() { signal(SIGPIPE, SIG_IGN) }

    private func run(_ command: String, allowance: Duration = .seconds(20)) async -> (HandlerOutcome, String) {
        let input = HandlerProgram.Input(
            topic: "task.reserved", key: "WT1", offset: 42, attempt: 3, group: "demo",
            document: Array(#"{"id":"e1"}"#.utf8))
        let (outcome, tail) = await HandlerProgram(command: command, allowance: allowance).run(input)
        return (outcome, tail)
    }

    @Test("The exit code is the outcome", arguments: [0, 1, 65, 75, 255] as [Int32])
    func exitCodes(code: Int32) async {
        let (outcome, _) = await run("exit \(code)")
        #expect(outcome == .exited(code: code))
    }

    @Test("The event is on standard input, what is known about it in the environment")
    func inputs() async {
        let check =
            #"test "$(cat)" = '{"id":"e1"}' -a "$PATCHBAY_TOPIC" = task.reserved -a "$PATCHBAY_KEY" = WT1 "#
            + #"-a "$PATCHBAY_OFFSET" = 42 -a "$PATCHBAY_ATTEMPT" = 3 -a "$PATCHBAY_GROUP" = demo"#
        let (outcome, tail) = await run(check)
        #expect(outcome == .exited(code: 0), "\(tail)")
    }

    @Test("The end of standard error becomes the reason")
    func reason() async {
        let (outcome, tail) = await run("echo one >&2; echo two >&2; exit 75")
        #expect(outcome.decision(stderrTail: tail) == .nak(reason: "exit code 75: one | two"))
    }

    @Test("A lot of standard error is read to its end, and only its end is kept")
    func muchStderr() async {
        let (outcome, tail) = await run("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 1")
        #expect(outcome == .exited(code: 1))
        #expect(tail.utf8.count <= HandlerProgram.stderrBytes)
        #expect(tail.hasSuffix("end\n"))
    }

    @Test("A program that does not read its input is no failure")
    func ignoresInput() async {
        let (outcome, _) = await run("true")
        #expect(outcome == .exited(code: 0))
    }

    @Test("A program that runs too long is killed with everything it started")
    func overrun() async {
        let start = ContinuousClock.now
        let (outcome, _) = await run("sleep 60 & wait", allowance: .milliseconds(200))
        #expect(outcome == .overran(after: .milliseconds(200)))
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("A program killed by a signal says so")
    func signalled() async {
        let (outcome, _) = await run("kill -9 $$")
        #expect(outcome == .signalled(9))
    }

    @Test("A command that does not exist is a failure of the shell")
    func missing() async {
        let (outcome, tail) = await run("/does/not/exist")
        #expect(outcome == .exited(code: 127))
        #expect(tail.contains("not found"))
    }
}

@Suite struct HandlerOutcomeTests {
    @Test("Zero acks, 65 gives up, everything else tries again")
    func decisions() {
        #expect(HandlerOutcome.exited(code: 0).decision(stderrTail: "noise") == .ack)
        #expect(HandlerOutcome.exited(code: 65).decision(stderrTail: "bad\n") == .term(reason: "exit code 65: bad"))
        #expect(HandlerOutcome.exited(code: 75).decision(stderrTail: "") == .nak(reason: "exit code 75"))
        #expect(HandlerOutcome.exited(code: 1).decision(stderrTail: "") == .nak(reason: "exit code 1"))
        #expect(HandlerOutcome.signalled(15).decision(stderrTail: "") == .nak(reason: "killed by signal 15"))
        #expect(
            HandlerOutcome.overran(after: .seconds(27)).decision(stderrTail: "")
                == .nak(reason: "still running after 27.0 seconds, killed"))
    }

    @Test("A reason stays within its bytes and is cut between characters", arguments: ["x", "é", "日", "👋"])
    func longReason(character: Character) {
        let tail = String(repeating: character, count: 5_000)
        guard case .nak(let reason) = HandlerOutcome.exited(code: 1).decision(stderrTail: tail) else {
            Issue.record("no nak")
            return
        }
        #expect(reason.utf8.count <= HandlerOutcome.reasonBytes)
        #expect(reason.hasPrefix("…") && reason.last == character)
    }

    @Test("The program is killed before its time is over", arguments: [100, 1_000, 30_000, 3_600_000])
    func allowance(ackWaitMs: Int) {
        let allowance = HandlerProgram.allowance(ackWaitMs: ackWaitMs)
        #expect(allowance < .milliseconds(ackWaitMs))
        #expect(allowance > .milliseconds(ackWaitMs / 2))
    }
}
