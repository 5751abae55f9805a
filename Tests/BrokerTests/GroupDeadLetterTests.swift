import Testing
import Wire

@testable import Broker

/// Dead letters, parked keys and redriving.
@Suite struct GroupDeadLetterTests {
    private func parking() -> GroupBench {
        GroupBench { config in
            config.maxDeliver = 1
            config.onExhausted = .parkKey
        }
    }

    private func letters(_ bench: GroupBench) -> [UInt64] { bench.group.deadLetters.keys.sorted() }

    @Test("park_key takes what waits and what comes behind a dead letter along, other keys go on")
    func parkKey() {
        var bench = parking()
        bench.join(1)
        bench.publish("a", "a", "b", "a")
        let got = bench.deliver()
        _ = bench.settle(got[0], .nak, reason: "broken")
        #expect(letters(bench) == [1, 2, 4])
        #expect(bench.takeMessages().revoked.count == 3)
        bench.publish("a", "b")
        #expect(bench.deliver().map(\.key) == ["b"])
        #expect(letters(bench) == [1, 2, 4, 5])
        #expect(bench.group.deadLetters[5]?.reason == GroupMachine.parkedReason)
        #expect(bench.group.deadLetters[1]?.reason == "broken")
        #expect(bench.group.parkedKeys == [keyHash("a"): 4])
    }

    @Test("what parks is journalled: letters and settled offsets go together")
    func journalled() {
        var bench = parking()
        bench.join(1)
        bench.publish("a", "a")
        _ = bench.settle(bench.deliver()[0], .term)
        #expect(bench.group.newDeadLetters.map(\.offset) == [1, 2])
        #expect(bench.group.takeSettlement()?.settled == [1, 2])
    }

    @Test("a redriven event keeps its offset, is flagged, and goes through the same life")
    func redrive() {
        var bench = GroupBench { $0.maxDeliver = 1 }
        bench.join(1)
        bench.publish("a")
        _ = bench.settle(bench.deliver()[0], .nak)
        bench.redrive(1)
        let again = bench.deliver()
        #expect(again.map(\.offset) == [1])
        #expect(again[0].delivery.isRedriven)
        #expect(again[0].delivery.attempt == 1)
        #expect(again[0].delivery.event == SampleEvent("a"))
        _ = bench.settle(again[0], .nak, reason: "again")
        #expect(letters(bench) == [1], "the same letter again")
        bench.redrive(1)
        bench.ack(bench.deliver())
        #expect(letters(bench).isEmpty)
        #expect(bench.group.floor == bench.end)
    }

    @Test("retrying all letters of a parked key gives them in order and opens the key")
    func redriveAll() {
        var bench = parking()
        bench.join(1)
        bench.publish("a", "a", "a")
        _ = bench.settle(bench.deliver()[0], .nak)
        for offset: UInt64 in [1, 2, 3] { bench.redrive(offset) }
        bench.publish("a")
        #expect(bench.deliver().map(\.offset) == [1, 2, 3, 7])
        #expect(bench.group.parkedKeys.isEmpty)
    }

    @Test("while one letter of a key is left, its new events follow it, also behind a retried one")
    func redriveSome() {
        var bench = parking()
        bench.join(1)
        bench.publish("a", "a")
        _ = bench.settle(bench.deliver()[0], .nak)
        bench.redrive(1)
        let retried = bench.deliver()
        #expect(retried.map(\.offset) == [1])
        bench.publish("a")
        #expect(bench.deliver().isEmpty)
        #expect(letters(bench) == [2, 4])
        bench.ack(retried)
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.floor == bench.end)
    }

    @Test("dropping the last letter opens a parked key")
    func drop() {
        var bench = parking()
        bench.join(1)
        bench.publish("a")
        _ = bench.settle(bench.deliver()[0], .nak)
        bench.group.removeDeadLetter(1)
        bench.publish("a")
        #expect(bench.deliver().map(\.offset) == [2])
    }

    @Test("another group's redrive record is passed over")
    func foreignRedrive() {
        var bench = GroupBench()
        bench.join(1)
        let letter = DeadLetter(
            offset: 1, time: 0, attempts: 1, reason: "", history: [], record: SampleEvent("a").record)
        var record: [UInt8] = []
        record.putRecord(
            kind: .redrive, topic: EmptyCollection(), key: "other".utf8, id: EmptyCollection(),
            payload: RedriveRecord.bytes(of: letter))
        bench.append([record])
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.next == 2)
    }

    @Test("the history keeps the newest sixteen attempts")
    func history() {
        var bench = GroupBench { $0.maxDeliver = 30 }
        bench.join(1)
        bench.publish("a")
        for number in 1...30 { _ = bench.settle(bench.deliver()[0], .nak, reason: "\(number)") }
        let history = bench.group.deadLetters[1]?.history ?? []
        #expect(history.count == DeadLetter.historyLimit)
        #expect(history.last == "attempt 30: 30")
        #expect(history.first == "attempt 15: 15")
    }
}
