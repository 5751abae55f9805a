import Logging
import Synchronization
import Testing
import Wire

@testable import Bus

@Suite(.timeLimit(.minutes(1)))
struct MapAndReadTests {
    @Test func `a map write that does not match says which revision is there`() async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .settle else { return false }
            var body: [UInt8] = []
            SettledBody(
                status: .revisionMismatch, outcomes: [], writes: [MapWriteResult(matches: false, revision: 41)],
                reason: "map.revision: other"
            ).encode(into: &body)
            reply.answer(.settled, ref: header.ref, body)
            return true
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            await #expect(throws: BusError.revisionMismatch(current: 41)) {
                try await bus.map("m").put("k", [1], expecting: 40)
            }
        }
    }

    @Test func `a read gives the records of its answer`() async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .read else { return false }
            var body: [UInt8] = []
            body.put(u64: 12)
            body.put(u64: 20)
            body.put(u32: 1)
            body.put(u32: 0)
            body.put(u64: 11)
            body.put(u64: 99)
            body.putRecord(kind: .event, topic: "t".utf8, key: "k".utf8, id: "i".utf8, payload: "{}".utf8)
            reply.answer(.records, ref: header.ref, body)
            return true
        }
        defer { broker.stop() }
        let page = try await withConnection(broker.path) { try await $0.read(ReadRequest(offset: 0)) }
        #expect(page.next == 12 && page.end == 20 && page.records.count == 1)
        let record = try #require(page.records.first)
        #expect(
            record.offset == 11 && record.time == 99 && record.topic == "t" && record.key == "k" && record.id == "i")
        #expect(record.document == Array("{}".utf8))
    }
}
