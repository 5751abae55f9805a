import Testing

@testable import Patchbay

@Suite struct SupervisionTests {
    @Test("A process that falls over again and again is started after growing pauses")
    func backoff() {
        var supervision = Supervision()
        for pause in Supervision.backoff + [.seconds(30), .seconds(30)] {
            #expect(supervision.ended("broker", .exited(70), uptime: .seconds(1)) == .restart(after: pause))
        }
    }

    @Test("A process that ran for a while begins at the first pause again")
    func sound() {
        var supervision = Supervision()
        _ = supervision.ended("broker", .exited(70), uptime: .seconds(1))
        _ = supervision.ended("broker", .exited(70), uptime: .seconds(1))
        let action = supervision.ended("broker", .signalled(9), uptime: Supervision.soundAfter)
        #expect(action == .restart(after: Supervision.backoff[0]))
    }

    @Test("Processes do not count for each other")
    func apart() {
        var supervision = Supervision()
        _ = supervision.ended("broker", .exited(70), uptime: .zero)
        #expect(supervision.ended("gateway", .exited(69), uptime: .zero) == .restart(after: Supervision.backoff[0]))
    }

    @Test("Where a restart cannot help everything stops with that code", arguments: [64, 74, 75, 78] as [Int32])
    func final(code: Int32) {
        var supervision = Supervision()
        #expect(supervision.ended("broker", .exited(code), uptime: .seconds(5)) == .stopAll(code: code))
    }

    @Test("A process that ends by itself without an error is started again too")
    func exitedZero() {
        var supervision = Supervision()
        #expect(supervision.ended("gateway", .exited(0), uptime: .zero) == .restart(after: Supervision.backoff[0]))
    }

    @Test("While stopping nothing is started, whatever the code")
    func stopping() {
        var supervision = Supervision()
        supervision.stop()
        #expect(supervision.ended("broker", .exited(70), uptime: .zero) == .none)
        #expect(supervision.ended("broker", .exited(78), uptime: .zero) == .none)
    }

    @Test("The code of a signal is the shell's")
    func codes() {
        #expect(Supervision.Ending.signalled(9).code == 137)
        #expect(Supervision.Ending.exited(3).code == 3)
    }

    @Test("Only what is there is started, and what is needed must be there")
    func specs() throws {
        let all = try ChildSpec.found(in: "/x", arguments: ["--a"], isSandboxWanted: true) { _ in true }
        #expect(all.map(\.name) == ["broker", "gateway", "extensions", "sync", "crm", "sandbox"])
        let some = try ChildSpec.found(in: "/x", arguments: [], isSandboxWanted: false) { !$0.hasSuffix("-sync") }
        #expect(some.map(\.path) == ["broker", "gateway", "extensions", "crm"].map { "/x/patchbay-\($0)" })
        #expect(throws: CommandFailure.self) {
            try ChildSpec.found(in: "/x", arguments: [], isSandboxWanted: false) { !$0.hasSuffix("-gateway") }
        }
    }
}
