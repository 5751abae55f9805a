import Events
import TestSupport
import Testing

@testable import SyncSvc

@Suite struct PairRecordTests {
    static func sid(_ digit: Character) throws -> ConversationSID {
        try ConversationSID("CH" + String(repeating: digit, count: 32))
    }

    @Test("A record reads as it was written, with all that it can hold")
    func roundTrip() throws {
        var record = PairRecord(id: try Self.sid("1"), origin: .frontline, state: .closing)
        record.conversations.flex = try Self.sid("2")
        record.cursors = BothSides(flex: PairCursor(index: 7, own: [9, 12]), frontline: PairCursor())
        record.listed = BothSides(flex: 1 << 40, frontline: 3)
        record.copied = BothSides(flex: 4, frontline: 5)
        record.intent = WriteIntent(
            side: .flex, sources: [try MessageSID("IM" + String(repeating: "a", count: 32))], floor: -1,
            until: Timestamp(unixNanoseconds: 1_700_000_000_123_456_789))
        record.participants = [
            PairParticipant(
                name: "Ana \"A\"", role: .customer, origin: .flex, sids: BothSides(flex: "MB1", frontline: ""))
        ]
        record.task.workerName = "agent.one"
        record.closedBy = .flex
        record.lastCopy = Timestamp(unixNanoseconds: 1_700_000_000_000_000_000)
        record.agents["transfer"] = ["to": "x"]
        record.healing["digest"] = 4
        #expect(try PairRecord(json: record.json) == record)
    }

    @Test("A record that lacks what it needs is refused, and the error names the member")
    func malformed() throws {
        let record = PairRecord(id: try Self.sid("1"), origin: .flex)
        let text = String(decoding: record.json, as: UTF8.self)
        for member in ["id", "origin", "state", "flex", "frontline"] {
            let damaged = text.replacing("\"\(member)\":", with: "\"x\(member)\":")
            #expect(throws: PairRecordError(member: member)) { try PairRecord(json: damaged.utf8) }
        }
    }
}

@Suite struct PairCursorTests {
    @Test("Own copies above the cursor are absorbed when it reaches them")
    func absorbs() {
        var cursor = PairCursor()
        cursor.account(2)
        cursor.account(1)
        #expect(cursor.index == -1)
        #expect(cursor.covers(1) && cursor.covers(2) && !cursor.covers(0))
        cursor.advance(to: 0)
        #expect(cursor == PairCursor(index: 2))
    }

    @Test("Whatever the order of own copies and others, nothing is covered that was not dealt with")
    func model() {
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed)
            var cursor = PairCursor()
            var done: Set<Int> = []
            for _ in 0..<60 {
                let index = generator.int(0...40)
                if generator.oneIn(2) {
                    cursor.account(index)
                    done.insert(index)
                } else if index > cursor.index {
                    // Listed as the next: what lies between is gone.
                    cursor.advance(to: index)
                    done.formUnion(0...index)
                }
                for place in 0...40 where cursor.covers(place) != done.contains(place) {
                    Issue.record("seed \(seed): \(place) after \(index)")
                    return
                }
            }
        }
    }
}
