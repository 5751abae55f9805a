import Bus
import Events
import Hosting
import NIOCore
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("For whom events are", .timeLimit(.minutes(1)))
struct StreamRoutingTests {
    private func record(_ offset: UInt64, _ topic: String, _ key: String, bytes: Int = 2) -> StoredRecord {
        StoredRecord(
            offset: offset, time: 0, kind: .event, topic: topic, key: key, id: "/x\n\(offset)",
            document: [UInt8](repeating: 0x20, count: bytes))
    }

    private func entry(_ record: StoredRecord) -> StreamBacklog.Entry {
        .init(record: record, audience: StreamTopics.audience(topic: record.topic, key: record.key))
    }

    @Test("What happens to an agent is for him, what happens to the directory for everybody, the rest for nobody")
    func audiences() {
        for topic in StreamTopics.personal {
            #expect(StreamTopics.audience(topic: topic, key: "ana.ruiz") == .subject("ana.ruiz"))
        }
        #expect(StreamTopics.audience(topic: "extensions.changed", key: "directory") == .everyone)
        for topic in [
            "task.created", "dial.requested", "interaction.completed", "interaction.updated.x", "extension", "",
        ] {
            #expect(StreamTopics.audience(topic: topic, key: "ana.ruiz") == .nobody)
        }
        #expect(!StreamTopics.filters.contains { $0 == ">" || $0.hasPrefix("dial.>") })
    }

    @Test("The backlog gives what was missed, or says that it does not have it")
    func backlog() {
        var backlog = StreamBacklog()
        #expect(backlog.events(behind: 0, for: "ana") == nil)
        backlog.begin(at: 10)
        backlog.append(entry(record(12, "interaction.updated", "ana")))
        backlog.append(entry(record(13, "interaction.updated", "ben")))
        backlog.append(entry(record(20, "extensions.changed", "directory")))
        #expect(backlog.events(behind: 9, for: "ana") == nil)
        #expect(backlog.events(behind: 10, for: "ana")?.map(\.offset) == [12, 20])
        #expect(backlog.events(behind: 12, for: "ana")?.map(\.offset) == [20])
        #expect(backlog.events(behind: 12, for: "ben")?.map(\.offset) == [13, 20])
        #expect(backlog.events(behind: 15, for: "cy")?.map(\.offset) == [20])
        #expect(backlog.events(behind: 20, for: "ana")?.isEmpty == true)
    }

    @Test("The backlog is bounded by events and by bytes, and knows what it has lost")
    func backlogIsBounded() {
        var backlog = StreamBacklog()
        backlog.begin(at: 0)
        for offset in 1...UInt64(StreamBacklog.maxEvents + 5) {
            backlog.append(entry(record(offset, "interaction.updated", "ana")))
        }
        #expect(backlog.floor == 5)
        #expect(backlog.events(behind: 4, for: "ana") == nil)
        #expect(backlog.events(behind: 5, for: "ana")?.count == StreamBacklog.maxEvents)
        backlog.begin(at: 0)
        for offset in 1...UInt64(5) {
            backlog.append(entry(record(offset, "interaction.updated", "ana", bytes: StreamBacklog.maxBytes / 4)))
        }
        #expect(backlog.floor == 2 && backlog.events(behind: 2, for: "ana")?.map(\.offset) == [3, 4, 5])
    }

    @Test("A reader who comes again to any place gets exactly his events behind it, however they lie")
    func backlogAgainstModel() {
        var random = SeededGenerator(seed: 5)
        print("seed 5")
        for _ in 0..<200 {
            var backlog = StreamBacklog()
            var all: [StoredRecord] = []
            var offset = UInt64.random(in: 0...5, using: &random)
            backlog.begin(at: offset)
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                offset += UInt64.random(in: 1...4, using: &random)
                let subject = ["ana", "ben", "cy"].randomElement(using: &random) ?? "ana"
                let isPersonal = UInt64.random(in: 0...4, using: &random) > 0
                all.append(record(offset, isPersonal ? "agent.updated" : "extensions.changed", subject))
                backlog.append(entry(all[all.count - 1]))
            }
            let last = UInt64.random(in: (backlog.floor ?? 0)...(offset + 3), using: &random)
            let expected = all.filter { $0.offset > last && ($0.topic != "agent.updated" || $0.key == "ana") }
            #expect(backlog.events(behind: last, for: "ana")?.map(\.offset) == expected.map(\.offset))
        }
    }

    // MARK: Coming again from further back than the backlog

    private func rest(_ missed: MissedEvents, _ journal: FakeJournal) async throws -> [String] {
        let hub = StreamHub(
            journal: journal, maxStreams: 1, registry: MetricsRegistry(), logger: LogRecorder().logger)
        var missed = missed
        var texts: [String] = []
        while let bytes = try await missed.next(hub) { texts.append(String(buffer: bytes)) }
        return texts
    }

    @Test("From the journal too a reader gets his own events only, up to where the live ones begin")
    func ownOnly() async throws {
        let journal = FakeJournal()
        for number in 1...1_300 {
            journal.store("{\"n\":\(number)}", topic: "interaction.updated", key: number % 100 == 0 ? "ana" : "ben")
        }
        let first = try await journal.read(from: 101, limit: 500)
        let texts = try await rest(MissedEvents(.page(first), subject: "ana", upTo: 1_250, behind: 100), journal)
        #expect(texts.count == 12)
        #expect(texts.dropLast().allSatisfy { $0.contains("event: interaction.updated") })
        #expect(texts.first?.hasPrefix("id: 200\n") == true && texts.last == "retry: 1000\nid: 1250\n\n")
    }

    @Test("One who comes from very far back loads anew instead of going through the whole journal")
    func tooFarBack() async throws {
        let journal = FakeJournal()
        let count = MissedEvents.maxPages * StreamHub.pageEvents + 100
        for _ in 0..<count { journal.store("{}", topic: "interaction.updated", key: "ben") }
        let first = try await journal.read(from: 1, limit: StreamHub.pageEvents)
        let texts = try await rest(MissedEvents(.page(first), subject: "ana", upTo: UInt64(count)), journal)
        #expect(texts == ["id: \(count)\nevent: stream.reset\ndata: {\"reason\":\"stream.too_far_back\"}\n\n"])
        #expect(journal.reads == MissedEvents.maxPages)
    }

    // MARK: Seats

    private func seat(_ number: UInt64, _ subject: String, standing: StreamStanding? = nil) -> StreamSeat {
        let principal = Principal(
            subject: subject, name: subject, role: .agent, expires: TestTokens.now.advanced(by: .seconds(60)))
        return StreamSeat(number: number, principal: principal, standing: standing, cut: {}, left: { _, _ in })
    }

    @Test("Seats are found by whose they are; one who reads twice has two")
    func seats() {
        var seats = StreamSeats()
        let all = [seat(1, "ana"), seat(2, "ben"), seat(3, "ana")]
        for seat in all { seats.add(seat) }
        #expect(seats.of("ana").map(\.number) == [1, 3] && seats.of("ben").map(\.number) == [2])
        #expect(seats.of("cy").isEmpty && seats.all.count == 3)
        seats.remove(1, of: "ana")
        seats.remove(2, of: "ben")
        seats.remove(2, of: "ben")
        #expect(seats.of("ana").map(\.number) == [3] && seats.of("ben").isEmpty && seats.count == 1)
    }

    @Test("Events that another Gateway has given already are left out")
    func skips() async {
        let ana = seat(1, "ana")
        ana.skip(through: 7)
        for offset in 6...8 { ana.offer(StreamFrame(record(UInt64(offset), "agent.updated", "ana"))) }
        ana.offer(.ping)
        ana.end(.shuttingDown)
        var offsets: [UInt64] = []
        for await frame in ana.frames { offsets.append(frame.offset) }
        #expect(offsets == [8, 0, 0])
    }

    @Test("A token that is withdrawn ends the stream at its next check, one that cannot be checked goes on")
    func rechecks() async {
        let answers = Mutex<[StreamEnd?]>([nil, nil, .tokenRevoked])
        let standing = StreamStanding(every: .seconds(60)) { answers.withLock { $0.removeFirst() } }
        let ana = seat(1, "ana", standing: standing)
        #expect(!ana.isCheckDue(at: .now))
        for _ in 0..<3 {
            let due = ContinuousClock.now + .seconds(61)
            #expect(ana.isCheckDue(at: due))
            #expect(!ana.isCheckDue(at: due), "while one is under way there is no other")
            await ana.recheck()
        }
        var last = ""
        for await frame in ana.frames { last = String(buffer: frame.bytes) }
        #expect(last.contains("token_revoked"))
        #expect(!ana.isCheckDue(at: .now + .seconds(600)))
        #expect(!seat(2, "ben").isCheckDue(at: .now + .seconds(600)), "a JWT counts until its end")
    }

    @Test("Flex tokens are asked about again: gone, somebody else's, or not to be checked")
    func flexStanding() async throws {
        let valid: JSONValue = ["valid": true, "sub": "ana", "role": "agent"]
        let cases: [(JSONValue, StreamEnd?)] = [
            (valid, nil), (["valid": true, "sub": "ben", "role": "agent"], .tokenRevoked),
            (["valid": false], .tokenRevoked), (["valid": false, "reason": "unreachable"], nil),
            (["valid": true, "sub": "ana", "role": "nobody"], .tokenRevoked),
        ]
        for (answer, expected) in cases {
            let settings = try TestGateway.settings("auth: {flex: true, flex_recheck_seconds: 10}").auth
            let authenticator = Authenticator(
                settings: settings, caller: FakeCaller(json: answer), logger: LogRecorder().logger)
            let request = TestTokens.request("an-opaque-flex-token")
            let ana = Principal(
                subject: "ana", name: "ana", role: .agent, expires: WallClock.now().advanced(by: .seconds(60)))
            let standing = try #require(authenticator.standing(of: request, as: ana))
            #expect(standing.every == .seconds(10))
            #expect(await standing.check() == expected)
            #expect(authenticator.standing(of: TestTokens.request(TestTokens.token()), as: ana) == nil)
        }
    }
}
