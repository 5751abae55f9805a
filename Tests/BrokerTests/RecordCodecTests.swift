import TestSupport
import Testing
import Wire

@testable import Broker

/// Payloads of the Broker's own records.
@Suite struct RecordCodecTests {
    private func settlement(_ generator: inout SeededGenerator) -> SettlementRecord {
        var record = SettlementRecord()
        record.floor = generator.next()
        record.settled = (0..<generator.int(0...20)).map { _ in generator.next() }
        record.failed = (0..<generator.int(0...20)).map { _ in
            .init(offset: generator.next(), attempts: UInt16(generator.int(0...65_535)))
        }
        return record
    }

    @Test(
        "a settlement record reads back as it was written, and not when it is cut off",
        arguments: 1...20)
    func settlementRoundTrip(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let record = settlement(&generator)
        let bytes = record.bytes
        #expect(bytes.withUnsafeBytes { SettlementRecord($0) } == record)
        let cut = Array(bytes.dropLast(generator.int(1...bytes.count)))
        #expect(cut.withUnsafeBytes { SettlementRecord($0) } == nil)
        #expect((bytes + [0]).withUnsafeBytes { SettlementRecord($0) } == nil)
    }

    @Test("a settlement's layout is the one of its comment")
    func settlementLayout() {
        var record = SettlementRecord()
        record.floor = 0x0102
        record.settled = [0x0304]
        record.failed = [.init(offset: 0x0506, attempts: 7)]
        #expect(
            record.bytes == [
                0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 5,
                6, 0, 7,
            ])
    }

    @Test(
        "a dead letter reads back as it was written",
        arguments: ["", "a", "no such contact: ünïcödé ☎"])
    func deadLetterRoundTrip(reason: String) {
        let letter = DeadLetter(
            offset: 1 << 40, time: .max, attempts: 3, reason: reason,
            history: ["attempt 1: x", "", reason],
            record: SampleEvent("key", id: "/s\n1", payload: #"{"a":1}"#).record)
        #expect(letter.bytes.withUnsafeBytes { DeadLetter($0) } == letter)
        #expect(letter.keyHash == keyHash("key"))
    }

    @Test("a dead letter that is cut off anywhere is refused")
    func cutDeadLetter() {
        let letter = DeadLetter(
            offset: 1, time: 2, attempts: 3, reason: "reason", history: ["one", "two"],
            record: SampleEvent().record)
        for length in 0..<letter.bytes.count {
            #expect(
                Array(letter.bytes.prefix(length)).withUnsafeBytes { DeadLetter($0) } == nil, "\(length)")
        }
    }

    @Test("a redrive record holds the letter's offset and event")
    func redrive() {
        let letter = DeadLetter(
            offset: 77, time: 2, attempts: 3, reason: "", history: [],
            record: SampleEvent("k", payload: "p").record)
        let bytes = RedriveRecord.bytes(of: letter)
        bytes.withUnsafeBytes { payload in
            let redriven = RedriveRecord.read(payload)
            #expect(redriven?.offset == 77)
            #expect(redriven.map { SampleEvent($0.record) } == SampleEvent("k", payload: "p"))
        }
        for length in 0..<bytes.count {
            #expect(
                Array(bytes.prefix(length)).withUnsafeBytes { RedriveRecord.read($0) == nil }, "\(length)")
        }
    }

    @Test("random bytes never trap a decoder", arguments: 1...20)
    func fuzz(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<500 {
            let bytes = generator.bytes(generator.int(0...80))
            bytes.withUnsafeBytes { raw in
                _ = SettlementRecord(raw)
                _ = DeadLetter(raw)
                _ = RedriveRecord.read(raw).map { SampleEvent($0.record) }
                _ = GroupMachine(name: "g", snapshot: raw, epoch: 1)
            }
        }
    }

    @Test("a batch of records can be walked, whoever made it")
    func batch() {
        let topics = TopicTable(limit: 10)
        var builder = BatchBuilder()
        let records = [SampleEvent("a"), SampleEvent("b", topic: "call.ended")]
        for record in records {
            record.record.withUnsafeBytes { bytes in
                guard let view = RecordView(in: bytes, at: 0) else { return }
                builder.append(
                    view, topic: topics.number(of: view.topic) ?? 0, keyHash: KeyHash.key(view.key))
            }
        }
        #expect(builder.count == 2)
        let built = builder.take(base: 10, time: 5)
        #expect(builder.isEmpty && builder.bytes.isEmpty)
        let read = built.reread(topics)
        #expect(read.base == 10 && read.end == 12 && read.time == 5)
        for place in 0..<2 {
            #expect(read.index[place].position == built.index[place].position)
            #expect(read.index[place].topic == built.index[place].topic)
            #expect(read.index[place].keyHash == built.index[place].keyHash)
        }
        var events: [SampleEvent] = []
        read.forEach { _, record in events.append(SampleEvent(record)) }
        #expect(events == records)
    }
}
