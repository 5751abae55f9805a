import DequeModule
import Testing
import Wire

@testable import Broker

/// What becomes of deliveries: ack, nak, term, in_progress, time, and who they belong to.
@Suite struct GroupOutcomeTests {
    @Test("an ack ends a delivery; a second outcome for it is fenced")
    func ackOnce() {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a")
        let got = bench.deliver()
        #expect(bench.settle(got[0], .ack) == .done)
        for kind: Outcome.Kind in [.ack, .nak, .term, .inProgress] {
            #expect(bench.settle(got[0], kind) == .fenced)
        }
        #expect(bench.group.takeSettlement()?.settled == [1])
        #expect(bench.group.floor == 2)
    }

    @Test("ids of another member, of another run and of the future are fenced")
    func foreignIDs() {
        var bench = GroupBench()
        bench.join(1)
        bench.join(2)
        bench.publish("a")
        var got = bench.deliver()[0]
        let owner = got.member
        got.member = 3 - owner
        #expect(bench.settle(got, .ack) == .fenced)
        got.member = owner
        let right = got.delivery.id
        for id in [0, 1, right + 1, right - 1, right &- 1 << 40, .max] {
            got.delivery.id = id
            #expect(bench.settle(got, .ack) == .fenced, "\(id)")
        }
        got.delivery.id = right
        #expect(bench.settle(got, .ack) == .done)
    }

    @Test("delivery ids of different epochs differ")
    func epochs() {
        let config = GroupConfig(filters: [">"])
        let one = GroupMachine(name: "g", config: config, start: 1, epoch: 1).deliveryBase
        let two = GroupMachine(name: "g", config: config, start: 1, epoch: 2).deliveryBase
        #expect(two - one == 1 << 40)
    }

    @Test("a nak revokes the later ones of its key and only those, which come again in order")
    func nakRevokes() {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "b", "a", "a")
        let got = bench.deliver()
        let second = got[2]
        #expect(bench.settle(second, .nak) == .done)
        let revoked = bench.takeMessages().revoked
        #expect(revoked == [second.delivery.id, got[3].delivery.id])
        #expect(bench.settle(got[3], .ack) == .fenced)
        #expect(bench.deliver().isEmpty, "the first of the key is still being worked on")
        #expect(bench.settle(got[0], .ack) == .done)
        let again = bench.deliver()
        #expect(again.map(\.offset) == [3, 4])
        #expect(again.map(\.delivery.attempt) == [2, 1], "what was revoked unseen is no attempt")
    }

    @Test("a nak's delay holds its key back, not the others")
    func nakDelay() {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "a", "b")
        _ = bench.settle(bench.deliver()[0], .nak, delay: 300)
        bench.publish("b")
        bench.wait(299)
        #expect(bench.deliver().map(\.key) == ["b"])
        bench.wait(1)
        #expect(bench.deliver().map(\.offset) == [1, 2])
    }

    @Test("without a delay the group's backoff holds, the last entry for all further attempts")
    func backoff() {
        var bench = GroupBench { config in
            config.backoffMs = [100, 200]
            config.maxDeliver = 10
        }
        bench.join(1)
        bench.publish("a")
        for wait: UInt64 in [100, 200, 200, 200] {
            let got = bench.deliver()
            #expect(got.count == 1)
            _ = bench.settle(got[0], .nak)
            bench.wait(wait - 1)
            #expect(bench.deliver().isEmpty)
            bench.wait(1)
        }
        #expect(bench.deliver()[0].delivery.attempt == 5)
    }

    @Test("after a failure another member with credit is preferred")
    func preferAnother() {
        var bench = GroupBench()
        bench.join(1, events: 1_000)
        bench.join(2, events: 1)
        bench.publish("a")
        let first = bench.deliver()[0]
        #expect(first.member == 1)
        _ = bench.settle(first, .nak)
        #expect(bench.deliver().map(\.member) == [2])
    }

    @Test("ack_wait runs for the head of a key only, and anew for its successor")
    func ackWaitOfTheHead() {
        var bench = GroupBench { $0.ackWaitMs = 1_000 }
        bench.join(1)
        bench.publish("a", "a", "b")
        let got = bench.deliver()
        bench.wait(900)
        bench.ack([got[0], got[2]])
        bench.wait(900)
        #expect(
            bench.takeMessages().revoked.isEmpty, "the second one's time began with the first one's end")
        bench.wait(100)
        #expect(bench.takeMessages().revoked == [got[1].delivery.id])
        #expect(bench.settle(got[1], .ack) == .fenced)
        #expect(bench.deliver().map(\.delivery.attempt) == [2])
    }

    @Test("in_progress of the head starts its time anew, that of a later one changes nothing")
    func inProgress() {
        var bench = GroupBench { $0.ackWaitMs = 1_000 }
        bench.join(1)
        bench.publish("a", "a")
        let got = bench.deliver()
        bench.wait(900)
        #expect(bench.settle(got[0], .inProgress) == .done)
        bench.wait(900)
        #expect(bench.takeMessages().revoked.isEmpty)
        #expect(bench.settle(got[1], .inProgress) == .done)
        bench.wait(100)
        #expect(bench.takeMessages().revoked == got.map(\.delivery.id))
        #expect(bench.group.takeSettlement()?.failed == [.init(offset: 1, attempts: 1)])
    }

    @Test("term makes a dead letter with the reason and goes on")
    func term() {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "a")
        let got = bench.deliver()
        #expect(bench.settle(got[0], .term, reason: "no such contact") == .done)
        let letter = bench.group.deadLetters[1]
        #expect(letter?.reason == "no such contact")
        #expect(letter?.history == ["attempt 1: no such contact"])
        #expect(letter.map { $0.record == SampleEvent("a").record } == true)
        #expect(bench.group.takeSettlement()?.settled == [1])
        #expect(bench.settle(got[1], .ack) == .done, "under skip the later ones stay")
    }

    @Test("max_deliver attempts, then the dead letters with the history of all")
    func maxDeliver() {
        var bench = GroupBench { $0.maxDeliver = 3 }
        bench.join(1)
        bench.publish("a", "a")
        for attempt: UInt16 in 1...3 {
            let got = bench.deliver()
            #expect(got[0].delivery.attempt == attempt)
            _ = bench.settle(got[0], .nak, reason: "no \(attempt)")
        }
        #expect(bench.group.deadLetters[1]?.attempts == 3)
        #expect(
            bench.group.deadLetters[1]?.history == [
                "attempt 1: no 1", "attempt 2: no 2", "attempt 3: no 3",
            ])
        #expect(bench.deliver().map(\.offset) == [2], "skip: the key goes on")
    }

    @Test("a reason longer than a kilobyte is cut, and survives a restart as it is")
    func longReason() {
        var bench = GroupBench { $0.maxDeliver = 1 }
        bench.join(1)
        bench.publish("a")
        _ = bench.settle(bench.deliver()[0], .nak, reason: String(repeating: "ü", count: 30_000))
        let letter = bench.group.deadLetters[1]
        #expect(letter.map { $0.reason.utf8.count <= DeadLetter.reasonBytes } == true)
        #expect(letter.map { $0.bytes.withUnsafeBytes { DeadLetter($0) } == $0 } == true)
    }

    @Test("an orderly leave costs no attempt, a lost member costs one for the head of each key")
    func leaving() {
        for leaving in [GroupMachine.Leaving.orderly, .lost] {
            var bench = GroupBench()
            bench.join(1)
            bench.publish("a", "a", "b")
            let got = bench.deliver()
            bench.leave(1, leaving)
            #expect(bench.settle(got[0], .ack) == .fenced)
            #expect(bench.group.ackPending == 0)
            bench.join(2)
            bench.wait(1)
            let again = bench.deliver().sorted { $0.offset < $1.offset }
            #expect(again.map(\.offset) == [1, 2, 3])
            let attempts: [UInt16] = leaving == .orderly ? [1, 1, 1] : [2, 1, 2]
            #expect(again.map(\.delivery.attempt) == attempts)
        }
    }

    @Test("a member that is lost again and again gives its event up")
    func crashLoop() {
        var bench = GroupBench { $0.maxDeliver = 2 }
        bench.publish("a", "a")
        for member: UInt32 in 1...2 {
            bench.join(member)
            bench.wait(1)
            #expect(bench.deliver().first?.offset == 1)
            bench.leave(member, .lost)
        }
        #expect(Array(bench.group.deadLetters.keys) == [1])
        bench.join(3)
        #expect(bench.deliver().map(\.offset) == [2])
    }

    @Test("an event out of order of its key may be acked first; it is not given again")
    func ackOutOfOrder() {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a", "a", "a")
        let got = bench.deliver()
        #expect(bench.settle(got[1], .ack) == .done)
        #expect(bench.group.floor == 1)
        _ = bench.settle(got[0], .nak)
        #expect(bench.deliver().map(\.offset) == [1, 3])
    }

    @Test("a storm of failures of one event does not overflow its attempts")
    func attemptsSaturate() {
        var bench = GroupBench { config in
            config.maxDeliver = 1
            config.maxDeadLetters = 1
        }
        bench.join(1, events: .max, bytes: .max)
        bench.publish("a", "b")
        let got = bench.deliver()
        _ = bench.settle(got[0], .term)
        bench.group.entries[bench.group.entries.count - 1].attempts = .max - 3
        var again = got[1]
        for _ in 0..<10 {
            _ = bench.settle(again, .nak)
            bench.grant(1, events: 10, bytes: 1_000)
            guard let next = bench.deliver().first else {
                Issue.record("it comes again")
                return
            }
            again = next
            _ = bench.group.takeSettlement()
        }
        #expect(again.delivery.attempt == .max)
    }
}
