import Testing
import Wire

@testable import Broker

/// Cursors, attempts and dead letters over a restart.
@Suite struct GroupRestartTests {
    private func snapshotted(_ bench: GroupBench) throws -> GroupBench {
        var again = bench
        let blob = bench.group.snapshot
        again.group = try #require(
            blob.withUnsafeBytes { GroupMachine(name: "g", snapshot: $0, epoch: 9) })
        return again
    }

    @Test("holes above the floor are remembered: what is settled does not come again")
    func holes() throws {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "b", "c", "d")
        let got = bench.deliver()
        bench.ack([got[1], got[3]])
        var settlements: [SettlementRecord] = []
        if let record = bench.group.takeSettlement() { settlements.append(record) }
        #expect(settlements.first?.floor == 1)
        for again in [bench.restarted(settlements), try snapshotted(bench)] {
            var again = again
            again.join(5)
            #expect(again.deliver().map(\.offset) == [1, 3])
        }
    }

    @Test("a second restart remembers what the first one passed over")
    func twoRestarts() throws {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "b", "c", "d", "e")
        let got = bench.deliver()
        bench.ack([got[1], got[3]])
        bench = try snapshotted(bench)
        bench.join(2)
        let again = bench.deliver()
        #expect(again.map(\.offset) == [1, 3, 5])
        bench.ack([again[1]])
        bench = try snapshotted(bench)
        bench.join(3)
        let third = bench.deliver()
        #expect(third.map(\.offset) == [1, 5])
        bench.ack([third[0]])
        #expect(bench.group.floor == 5)
        #expect(bench.group.passedSettled.isEmpty, "the floor has passed them")
    }

    @Test("failed attempts are counted on")
    func attempts() throws {
        var bench = GroupBench { $0.maxDeliver = 5 }
        bench.join(1)
        bench.publish("a")
        for _ in 1...2 { _ = bench.settle(bench.deliver()[0], .nak) }
        _ = bench.deliver()
        let settlements = [bench.group.takeSettlement()].compactMap { $0 }
        for again in [bench.restarted(settlements), try snapshotted(bench)] {
            var again = again
            again.join(5)
            #expect(again.deliver().map(\.delivery.attempt) == [3])
        }
    }

    @Test("the floor rises over restarts and only matching events count")
    func floor() {
        var bench = GroupBench(filters: ["call.*"])
        bench.join(1)
        bench.publish("a", topic: "task.created")
        bench.publish("a", topic: "call.ended")
        bench.ack(bench.deliver())
        let settlement = bench.group.takeSettlement()
        #expect(settlement?.floor == 3)
        var again = bench.restarted([settlement].compactMap { $0 })
        #expect(again.group.floor == 3)
        again.join(1)
        #expect(again.deliver().isEmpty)
    }

    @Test("a snapshot that is cut off or overlong is refused", arguments: 0..<60)
    func damagedSnapshot(length: Int) {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "b")
        bench.ack([bench.deliver()[1]])
        let blob = bench.group.snapshot
        #expect(
            blob.prefix(min(length, blob.count - 1)).withUnsafeBytes {
                GroupMachine(name: "g", snapshot: $0, epoch: 9) == nil
            })
    }

    @Test("a settled redrive is not given again")
    func redriven() {
        var bench = GroupBench { $0.maxDeliver = 1 }
        bench.join(1)
        bench.publish("a", "b")
        let got = bench.deliver()
        _ = bench.settle(got[0], .term)
        bench.redrive(1)
        bench.ack(bench.deliver())
        let settlement = bench.group.takeSettlement()
        #expect(settlement?.settled == [1, 3])
        var again = bench.restarted([settlement].compactMap { $0 })
        again.join(1)
        #expect(again.deliver().map(\.offset) == [2])
    }
}
