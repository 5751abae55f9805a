import TestSupport
import Testing
import Wire

@testable import Broker

/// Credit, and the order of a key's events over any number of members.
@Suite struct GroupOrderTests {
    @Test("nothing is delivered without credit, and no more events than it allows")
    func creditInEvents() {
        var bench = GroupBench()
        bench.publish("a", "b", "c")
        bench.group.join(subscription: 1, session: 1)
        #expect(bench.deliver().isEmpty)
        bench.grant(1, events: 2)
        #expect(bench.deliver().map(\.offset) == [1, 2])
        #expect(bench.deliver().isEmpty)
        bench.grant(1, events: 1)
        #expect(bench.deliver().map(\.offset) == [3])
    }

    @Test("the last event may overdraw the bytes, the debt is paid first")
    func creditInBytes() {
        var bench = GroupBench()
        bench.publish("a", "b", "c", payload: String(repeating: "x", count: 1_000))
        bench.join(1, events: 100, bytes: 1)
        #expect(bench.deliver().map(\.offset) == [1])
        bench.grant(1, events: 0, bytes: 500)
        #expect(bench.deliver().isEmpty, "still in debt")
        bench.grant(1, events: 0, bytes: 600)
        #expect(bench.deliver().map(\.offset) == [2])
    }

    @Test("credit is counted up to what 32 bits hold")
    func hugeCredit() {
        var bench = GroupBench()
        bench.join(1, events: .max, bytes: .max)
        bench.grant(1, events: .max, bytes: .max)
        bench.publish("a")
        #expect(bench.deliver().count == 1)
    }

    @Test("only what the filters match is delivered, in one pass")
    func filters() {
        var bench = GroupBench(filters: ["task.*", "call.>"])
        bench.publish("a", topic: "task.created")
        bench.publish("a", topic: "task.created.twice")
        bench.publish("a", topic: "call.ended.badly")
        bench.publish("a", topic: "message.added")
        bench.join(1)
        #expect(bench.deliver().map(\.delivery.event.topic) == ["task.created", "call.ended.badly"])
        #expect(bench.group.next == 5)
    }

    @Test("map changes come only to a filter that names them")
    func mapFilter() {
        for (filters, expected) in [([">"], 0), (["*.m"], 0), (["map.m"], 1), (["map.>"], 1)] {
            var bench = GroupBench(filters: filters)
            bench.append([SampleEvent("k", topic: "map.m").record(kind: .mapPut)])
            bench.join(1)
            #expect(bench.deliver().count == expected, "\(filters)")
        }
    }

    @Test("a busy key's next event goes to the same member, others wait")
    func runOfAKey() {
        var bench = GroupBench()
        bench.join(1, events: 2)
        bench.join(2, events: 10)
        bench.publish("a", "a", "a", "b")
        let got = bench.deliver()
        #expect(Set(got.filter { $0.key == "a" }.map(\.member)).count == 1)
        #expect(got.filter { $0.key == "a" }.map(\.offset) == [1, 2, 3])
        #expect(got.contains { $0.key == "b" })
    }

    @Test("a free key's events go to the same member while it keeps up with the others")
    func aMemberOfItsOwn() {
        var bench = GroupBench()
        for member: UInt32 in 1...3 { bench.join(member, events: 10_000) }
        var owners: [String: Set<UInt32>] = [:]
        for _ in 0..<20 {
            bench.append((0..<60).map { SampleEvent("k\($0)").record })
            let got = bench.deliver()
            for one in got { owners[one.key, default: []].insert(one.member) }
            bench.ack(got)
        }
        #expect(owners.count == 60)
        #expect(owners.values.allSatisfy { $0.count == 1 })
        for member: UInt32 in 1...3 {
            let share = owners.values.count { $0 == [member] }
            #expect((8...32).contains(share), "member \(member) has \(share) keys of 60")
        }
    }

    @Test("a member that does not keep up loses its keys to those that do")
    func keepingUp() {
        var bench = GroupBench()
        bench.join(1, events: 100)
        bench.join(2, events: 100)
        var got: [GroupBench.Got] = []
        for round in 0..<20 {
            bench.append((0..<20).map { SampleEvent("k\(round)-\($0)").record })
            let now = bench.deliver()
            bench.ack(now.filter { $0.member == 2 })
            bench.grant(2, events: UInt32(now.count { $0.member == 2 }))
            got += now
        }
        #expect(got.count == 400, "nothing waits for the one that stands still")
        #expect((40...70).contains(got.count { $0.member == 1 }), "it gets about half of what it asked for")
    }

    @Test("a key waits for its member's credit rather than go to another one")
    func waitsForItsMember() {
        var bench = GroupBench()
        bench.join(1, events: 1)
        bench.publish("a", "a")
        let first = bench.deliver()
        #expect(first.map(\.member) == [1])
        bench.join(2)
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.parked == 1)
        bench.ack(first)
        #expect(bench.deliver().map(\.member) == [2], "free again: anybody with credit")
    }

    @Test(
        "per key one member at a time and in order, whoever joins, settles and leaves",
        arguments: 1...60)
    func orderPerKey(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var bench = GroupBench { config in
            config.maxDeliver = 1_000
            config.ackWaitMs = 500
            config.backoffMs = seed % 2 == 0 ? [] : [20, 40]
            config.maxAckPending = generator.int(1...60)
            config.maxParked = generator.int(5...60)
        }
        var held: [GroupBench.Got] = []
        var members: [UInt32] = []
        var last: UInt32 = 0
        var settled: [String: [UInt64]] = [:]
        var published: [String: [UInt64]] = [:]
        func take(_ messages: (got: [GroupBench.Got], revoked: [UInt64])) {
            held.removeAll { messages.revoked.contains($0.delivery.id) }
            for got in messages.got {
                let others = held.filter { $0.key == got.key }
                #expect(
                    others.allSatisfy { $0.member == got.member }, "seed \(seed): two members at \(got.key)")
                #expect(others.allSatisfy { $0.offset < got.offset }, "seed \(seed): out of order")
                let before = (published[got.key] ?? []).filter { $0 < got.offset }
                let open = before.filter { offset in
                    settled[got.key]?.contains(offset) != true && !others.contains { $0.offset == offset }
                }
                #expect(open.isEmpty, "seed \(seed): \(got.offset) before \(open)")
                #expect(settled[got.key]?.contains(got.offset) != true, "seed \(seed): settled before")
                held.append(got)
            }
        }
        for _ in 0..<400 {
            switch generator.int(0...11) {
            case 0...2:
                let keys = (0..<generator.int(1...12)).map { _ in "k\(generator.int(0...5))" }
                for (key, offset) in zip(keys, bench.append(keys.map { SampleEvent($0).record })) {
                    published[key, default: []].append(offset)
                }
            case 3:
                last += 1
                members.append(last)
                bench.join(last, events: UInt32(generator.int(1...10)))
            case 4:
                guard let member = members.randomElement(using: &generator) else { continue }
                bench.grant(member, events: UInt32(generator.int(1...20)))
            case 5:
                guard members.count > 1, let place = members.indices.randomElement(using: &generator) else {
                    continue
                }
                let member = members.remove(at: place)
                held.removeAll { $0.member == member }
                bench.leave(member, generator.oneIn(2) ? .orderly : .lost)
            case 6:
                bench.wait(UInt64(generator.int(1...600)))
                take(bench.takeMessages())
            case 7:
                guard let got = held.randomElement(using: &generator) else { continue }
                held.removeAll { $0 == got }
                #expect(bench.settle(got, .nak, delay: UInt32(generator.int(0...30))) == .done)
                take(bench.takeMessages())
            default:
                guard let some = held.randomElement(using: &generator),
                    let got = held.first(where: { $0.key == some.key })
                else { continue }
                held.removeAll { $0 == got }
                #expect(bench.settle(got, .ack) == .done, "seed \(seed)")
                settled[got.key, default: []].append(got.offset)
            }
            take((bench.deliver(), []))
        }
        // Everything comes to an end with a patient member.
        bench.join(9_999, events: 100_000)
        for member in members { bench.leave(member, .orderly) }
        held.removeAll { $0.member != 9_999 }
        for _ in 0..<3_000 where bench.group.floor < bench.end {
            take((bench.deliver(), []))
            for got in held { _ = bench.settle(got, .ack) }
            for got in held { settled[got.key, default: []].append(got.offset) }
            held = []
            bench.wait(50)
        }
        #expect(settled.mapValues { $0.sorted() } == published, "seed \(seed)")
        #expect(
            bench.group.ackPending == 0 && bench.group.parked == 0 && bench.group.entries.isEmpty,
            "seed \(seed)")
        #expect(bench.group.keys.isEmpty && bench.group.deliveries.isEmpty, "seed \(seed)")
    }
}
