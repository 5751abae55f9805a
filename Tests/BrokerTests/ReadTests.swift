import Testing
import Wire

@testable import Broker

/// Reading the journal and maps without a group.
@Suite struct ReadTests {
    private func read(_ broker: Harness, _ client: Client, _ request: ReadRequest) -> (
        offsets: [UInt64], next: UInt64
    )? {
        guard
            case .records(let next, _, let records) = broker.ask(
                client, .read, ControlJSON.encode(request))
        else {
            return nil
        }
        return (records.map(\.offset), next)
    }

    private func filled() -> (broker: Harness, client: Client) {
        let broker = Harness()
        let client = broker.connect()
        for number in 0..<20 {
            broker.advance(milliseconds: 10)
            _ = broker.publish(
                client, [SampleEvent("k\(number % 3)", topic: number % 2 == 0 ? "a.x" : "b.x")])
        }
        return (broker, client)
    }

    @Test(
        "filters, key and limit choose, and next goes on where it stopped", arguments: [1, 3, 7, 100])
    func paging(limit: Int) {
        let (broker, client) = filled()
        var offsets: [UInt64] = []
        var next: UInt64 = 0
        repeat {
            let request = ReadRequest(offset: next, filters: ["a.*"], key: "k0", limit: limit)
            guard let page = read(broker, client, request) else {
                Issue.record("no answer")
                return
            }
            #expect(page.offsets.count <= limit)
            offsets += page.offsets
            next = page.next
        } while next < broker.core.durableEnd
        #expect(offsets == [1, 7, 13, 19])
    }

    @Test("however small max_bytes is, a read makes progress", arguments: [1, 24, 25, 60])
    func smallPages(bytes: Int) {
        let (broker, client) = filled()
        var offsets: [UInt64] = []
        var next: UInt64 = 0
        for _ in 0..<100 where next < broker.core.durableEnd {
            let page = read(broker, client, ReadRequest(offset: next, maxBytes: bytes))
            offsets += page?.offsets ?? []
            next = page?.next ?? .max
        }
        #expect(offsets == Array(1...20))
    }

    @Test("a time finds the first event at or after it")
    func time() {
        let (broker, client) = filled()
        for batch in broker.log.disk {
            #expect(
                read(broker, client, ReadRequest(time: batch.time, limit: 1))?.offsets == [batch.base])
            #expect(
                read(broker, client, ReadRequest(time: batch.time - 1, limit: 1))?.offsets == [batch.base])
        }
        #expect(read(broker, client, ReadRequest(time: .max))?.offsets == [])
        #expect(read(broker, client, ReadRequest(time: 0, limit: 1))?.offsets == [1])
    }

    @Test("what is not on disk is not read")
    func notDurable() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        broker.post(client, .publish, ref: 1, Frames.publish([SampleEvent()]))
        broker.turns()
        #expect(read(broker, client, ReadRequest())?.offsets == [])
        broker.log.settle(1)
        broker.turns()
        #expect(read(broker, client, ReadRequest())?.offsets == [1])
    }

    @Test("what is not kept any more is an error that names the first")
    func trimmed() {
        let (broker, client) = filled()
        broker.core.source.trim(before: 5)
        broker.core.firstOffset = 5
        let answer = broker.ask(client, .read, ControlJSON.encode(ReadRequest(offset: 3)))
        #expect(answer?.code == "journal.trimmed")
        #expect(read(broker, client, ReadRequest(offset: 0, limit: 1))?.offsets == [5])
    }

    @Test(
        "limits of a read",
        arguments: [
            ReadRequest(limit: 0), ReadRequest(limit: 10_001), ReadRequest(maxBytes: 0),
            ReadRequest(maxBytes: 1 << 30),
            ReadRequest(filters: ["a..b"]), ReadRequest(filters: ["a"], raw: true),
            ReadRequest(key: "k", raw: true),
        ])
    func limits(request: ReadRequest) {
        let broker = Harness()
        #expect(broker.ask(broker.connect(), .read, ControlJSON.encode(request))?.code == "read.range")
    }

    @Test("map changes are read only by a filter that names them")
    func maps() {
        let broker = Harness()
        let client = broker.connect()
        let write = MapWrite(.put, map: "m", key: "a", value: [1])
        _ = broker.ask(client, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
        #expect(read(broker, client, ReadRequest())?.offsets == [])
        #expect(read(broker, client, ReadRequest(filters: ["map.>"]))?.offsets == [1])
    }

    @Test("a map shows what was written, when it is on disk")
    func mapValue() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        let write = MapWrite(.put, map: "m", key: "a", value: [1])
        broker.post(client, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
        let ref = broker.post(client, .mapGet, Frames.mapGet("m", "a"))
        broker.turns()
        #expect(client.take(ref) == nil, "the answer rests on a write that is not on disk")
        broker.log.settle(1)
        broker.turns()
        guard case .entries(let entries, false) = client.take(ref) else {
            Issue.record("no answer")
            return
        }
        #expect(entries == [MapEntry(key: "a", value: [1], revision: 1, expires: 0)])
    }

    @Test("an entry with a ttl reads as absent after it, and its deletion is a record")
    func ttl() {
        let broker = Harness()
        let client = broker.connect()
        let write = MapWrite(.put, map: "m", key: "a", value: [1], ttl: 500)
        _ = broker.ask(client, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
        func count() -> Int? {
            guard
                case .entries(let entries, _) = broker.ask(
                    client, .mapList, Frames.mapList(.init(map: "m")))
            else {
                return nil
            }
            return entries.count
        }
        broker.advance(milliseconds: 400)
        #expect(count() == 1)
        broker.advance(milliseconds: 200)
        #expect(count() == 0)
        var kinds: [RecordKind?] = []
        for batch in broker.log.disk { batch.forEach { _, record in kinds.append(record.kind) } }
        #expect(kinds == [.mapPut, .mapDelete])
    }

    @Test(
        "while the clock is in doubt nothing expires: not for readers, not for conditions",
        arguments: [true, false])
    func ttlInDoubt(isForward: Bool) {
        let broker = Harness()
        let client = broker.connect()
        let write = MapWrite(.put, map: "m", key: "a", value: [1], ttl: 60_000)
        _ = broker.ask(client, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
        broker.wall = isForward ? broker.wall + 3_600_000_000_000 : broker.wall - 3_600_000_000_000
        broker.advance(milliseconds: 200)
        let taken = MapWrite(.put, map: "m", key: "a", expectedRevision: 0)
        guard
            case .settled(let result) = broker.ask(
                client, .settle, Frames.settle(0, [], atomic: true, writes: [taken]))
        else {
            Issue.record("no answer")
            return
        }
        #expect(result.status == .revisionMismatch)
        #expect(broker.core.maps.count == 1)
        _ = broker.ask(client, .admin, ControlJSON.encode(AdminRequest(.confirmClock)))
        broker.advance(milliseconds: 100)
        #expect(broker.core.maps.count == (isForward ? 0 : 1))
    }

    @Test("a ttl beyond the end of time is none")
    func endlessTTL() {
        let broker = Harness()
        let client = broker.connect()
        for ttl in [UInt64.max, UInt64.max / 1_000_000, UInt64.max / 1_000_001] {
            let write = MapWrite(.put, map: "m", key: "a", value: [1], ttl: ttl)
            _ = broker.ask(client, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
            broker.advance(milliseconds: 100)
            #expect(broker.core.maps.count == 1)
        }
    }

    @Test("all maps together hold only so much: deleting makes room")
    func mapBytes() {
        var limits = BrokerLimits()
        limits.maxMapBytes = 100
        let broker = Harness(limits: limits)
        let client = broker.connect()
        func write(_ operation: MapWrite.Operation, _ key: String, bytes: Int = 0) -> SettledBody? {
            let write = MapWrite(operation, map: "m", key: key, value: Array(repeating: 1, count: bytes))
            let body = Frames.settle(0, [], atomic: true, writes: [write])
            guard case .settled(let result) = broker.ask(client, .settle, body) else { return nil }
            return result
        }
        #expect(write(.put, "a", bytes: 60)?.status == .done)
        #expect(broker.core.maps.bytes == 61)
        #expect(write(.put, "b", bytes: 60)?.reason.hasPrefix("map.full") == true)
        #expect(write(.put, "a", bytes: 30)?.status == .done)
        #expect(write(.put, "b", bytes: 60)?.status == .done)
        #expect(write(.delete, "a")?.status == .done)
        #expect(write(.delete, "b")?.status == .done)
        #expect(broker.core.maps.bytes == 0)
    }

    @Test("what the reads of one session ask for is spread over turns, in order, and holds nobody else up")
    func bounded() {
        let broker = Harness()
        let (greedy, other) = (broker.connect(), broker.connect())
        for number in 0..<8 {
            _ = broker.publish(
                greedy, [SampleEvent("k\(number)", payload: String(repeating: "x", count: 1 << 20 - 1_000))])
        }
        let request = ControlJSON.encode(ReadRequest(offset: 0, maxBytes: 2 << 20))
        let refs = (0..<30).map { _ in broker.post(greedy, .read, request) }
        let single = broker.post(other, .read, ControlJSON.encode(ReadRequest(offset: 0, limit: 1)))
        let ping = broker.post(greedy, .ping)
        #expect(broker.turn())
        let first = refs.prefix { greedy.take($0) != nil }.count
        #expect((1...3).contains(first), "\(first) answers of 2 MiB in a turn")
        #expect(other.take(single) != nil && greedy.take(ping) != nil)
        var answered = first
        while broker.turn() {
            let more = refs.dropFirst(answered).prefix { greedy.take($0) != nil }.count
            #expect(more <= 3)
            answered += more
        }
        answered += refs.dropFirst(answered).prefix { greedy.take($0) != nil }.count
        #expect(answered == refs.count)
    }

    @Test("a session that does not read is asked to wait, and what it asked for goes with it")
    func boundedAndGone() {
        let broker = Harness()
        let client = broker.connect()
        _ = broker.publish(client, [SampleEvent("k", payload: String(repeating: "x", count: 1 << 20 - 1_000))])
        let request = ControlJSON.encode(ReadRequest(offset: 0))
        for _ in 0..<5_000 { broker.post(client, .read, request) }
        let last = broker.post(client, .read, request)
        #expect(broker.turn())
        guard case .failure(let failure) = client.take(last) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code == "session.busy" && failure.retryable)
        broker.core.setCongested(true, peer: client.peer)
        #expect(!broker.core.hasQueriesToAnswer)
        broker.core.setCongested(false, peer: client.peer)
        #expect(broker.core.hasQueriesToAnswer)
        broker.drop(client)
        broker.turns()
        #expect(broker.core.waitingQueries.isEmpty)
    }
}
