import Testing
import Wire

@testable import Bus

@Suite struct SessionMachineTests {
    private func opened(_ machine: inout SessionMachine, at now: UInt64 = 0) {
        #expect(machine.poll(now: now) == .open)
    }

    @Test func `connects at once and then says hello only once`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1))
        opened(&machine)
        #expect(machine.poll(now: 1) == .none)
        #expect(!machine.isConnected)
    }

    @Test func `gives an attempt up that is not welcomed in time`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1), helloTimeout: .seconds(5))
        opened(&machine)
        #expect(machine.nextDeadline == 5_000 * milliseconds)
        guard case .giveUp = machine.poll(now: 5_000 * milliseconds) else { return #expect(Bool(false)) }
    }

    @Test func `waits a random part of a bound that doubles up to its limit`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1))
        var now: UInt64 = 0
        for bound in [100, 200, 400, 800, 1_000, 1_000] as [UInt64] {
            opened(&machine, at: now)
            machine.lost(now: now, random: bound * milliseconds - 1)
            #expect(machine.nextDeadline == now + bound * milliseconds - 1)
            machine.lost(now: now, random: bound * milliseconds)
            #expect(machine.nextDeadline == now)
        }
        now += 1
    }

    @Test func `pings twice per heartbeat when it has nothing to say`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1))
        opened(&machine)
        #expect(machine.welcomed(welcome(), now: 0) == nil)
        #expect(machine.poll(now: 499 * milliseconds) == .none)
        #expect(machine.poll(now: 500 * milliseconds) == .ping)
        machine.sent(now: 700 * milliseconds)
        #expect(machine.poll(now: 1_000 * milliseconds) == .none)
        #expect(machine.poll(now: 1_200 * milliseconds) == .ping)
    }

    @Test func `gives a silent Broker up after twelve seconds`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1))
        opened(&machine)
        #expect(machine.welcomed(welcome(), now: 0) == nil)
        machine.received(now: 1_000 * milliseconds)
        machine.sent(now: 12_999 * milliseconds)
        #expect(machine.poll(now: 12_999 * milliseconds) == .none)
        guard case .giveUp = machine.poll(now: 13_000 * milliseconds) else { return #expect(Bool(false)) }
    }

    @Test func `refuses an epoch below one that it has seen`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1))
        opened(&machine)
        #expect(machine.welcomed(welcome(epoch: 5), now: 0) == nil)
        machine.lost(now: 0, random: 0)
        #expect(machine.epoch == 5)
        opened(&machine)
        #expect(machine.welcomed(welcome(epoch: 4), now: 0)?.contains("epoch 4") == true)
        #expect(!machine.isConnected)
    }

    @Test func `refuses a welcome of another protocol version, and a second one`() {
        var machine = SessionMachine(backoff: .milliseconds(50) ... .seconds(1))
        opened(&machine)
        var other = welcome()
        other.version = 2
        #expect(machine.welcomed(other, now: 0) != nil)
        #expect(machine.welcomed(welcome(), now: 0) == nil)
        #expect(machine.welcomed(welcome(), now: 0) != nil)
    }
}
