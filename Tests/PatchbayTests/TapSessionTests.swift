import Events
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Patchbay

/// A journal in memory, and a live tap of it that loses what it is told to lose.
private final class FakeBroker: EventHistory {
    struct State {
        var items: [TapRow.Item] = []
        var end: UInt64 = 1
        var lastOfTopic: [String: UInt64] = [:]
    }

    let state = Mutex(State())
    let pageSize: Int

    init(pageSize: Int = 1_000) {
        self.pageSize = pageSize
    }

    /// Stores an event; the message that the live tap would send.
    @discardableResult
    func publish(_ topic: String, skipping gap: UInt64 = 0) throws -> LiveMessage {
        try state.withLock { state in
            let offset = state.end + gap
            let event = Event(
                id: try EventID("e\(offset)"), source: try EventSource("/test"), topic: try Topic(topic),
                key: try OrderingKey("k"), data: ["n": .number(JSONNumber(offset))])
            let document = try CloudEventJSON.encode(event)
            let previous = state.lastOfTopic[topic] ?? GapTracker.none
            state.items.append(
                TapRow.Item(
                    offset: offset, time: offset * 1_000, topic: topic, key: "k", event: event, document: document))
            state.end = offset + 1
            state.lastOfTopic[topic] = offset
            return LiveMessage(
                topic: topic, offset: offset, time: offset * 1_000, previous: previous, document: document)
        }
    }

    func head() -> LiveMessage {
        let end = state.withLock { $0.end }
        let document =
            #"{"specversion":"1.0","id":"h","source":"/broker","type":"sys.tap.head","data":{"end":\#(end)}}"#
        return LiveMessage(
            topic: LiveMessage.headTopic, offset: end, time: 0, previous: GapTracker.none,
            document: Array(document.utf8))
    }

    func bounds() async throws -> (first: UInt64, end: UInt64) {
        state.withLock { ($0.items.first?.offset ?? $0.end, $0.end) }
    }

    func page(_ request: ReadRequest) async throws -> HistoryPage {
        state.withLock { state in
            let filters = request.filters.compactMap { try? TopicFilter($0) }
            let from = state.items.filter { item in
                request.offset.map { item.offset >= $0 } ?? (item.time >= request.time ?? 0)
            }
            let page = from.prefix(pageSize)
            let items = page.filter { item in filters.isEmpty || filters.contains { $0.matches(item.topic) } }
            return HistoryPage(
                items: Array(items), next: page.count < from.count ? (page.last?.offset ?? 0) + 1 : state.end,
                end: state.end)
        }
    }
}

/// What a session showed and said.
private final class Screen: Sendable {
    let offsets = Mutex<[UInt64]>([])
    let notes = Mutex<[String]>([])
}

@Suite struct TapSessionTests {
    private let noon = ContinuousClock.now

    private func session(
        _ broker: FakeBroker, _ screen: Screen, topics: [String] = [], conditions: [WhereFilter] = [], limit: Int? = nil
    ) throws -> TapSession<FakeBroker> {
        TapSession(
            history: broker, selection: try TopicSelection(topics), conditions: conditions, limit: limit,
            show: { item in screen.offsets.withLock { $0.append(item.offset) } },
            note: { note in screen.notes.withLock { $0.append(note) } })
    }

    @Test(
        "The past is shown from where it was asked for",
        arguments: [
            ("offset:3", [3, 4, 5, 6]), ("last:2", [5, 6]), ("last:100", [1, 2, 3, 4, 5, 6]), ("new", []),
            ("time:1970-01-01T00:00:00.000004Z", [4, 5, 6]), ("offset:0", [1, 2, 3, 4, 5, 6]), ("offset:99", []),
        ] as [(String, [UInt64])])
    func past(from: String, expected: [UInt64]) async throws {
        let broker = FakeBroker(pageSize: 2)
        for _ in 0..<6 { try broker.publish("a.x") }
        let screen = Screen()
        var session = try session(broker, screen)
        #expect(try await session.showPast(from: StartPosition(from), now: 0) == .goOn)
        #expect(screen.offsets.withLock { $0 } == expected)
    }

    @Test("A length of time counts back from now")
    func ago() async throws {
        let broker = FakeBroker()
        for _ in 0..<6 { try broker.publish("a.x") }
        let screen = Screen()
        var session = try session(broker, screen)
        _ = try await session.showPast(from: .ago(.nanoseconds(2_000)), now: 6_000)
        #expect(screen.offsets.withLock { $0 } == [4, 5, 6])
    }

    @Test("What happens while the past is read is shown once, by the tap or by the journal")
    func handOver() async throws {
        let broker = FakeBroker(pageSize: 2)
        for _ in 0..<3 { try broker.publish("a.x") }
        let screen = Screen()
        var session = try session(broker, screen)
        _ = try await session.showPast(from: .offset(1), now: 0)
        let seen = try broker.publish("a.x")
        try broker.publish("b.x")  // Before the subscription was in force: the tap never sends it.
        for message in [seen, broker.head(), try broker.publish("b.x"), broker.head()] {
            _ = try await session.take(message, now: noon)
        }
        #expect(screen.offsets.withLock { $0 } == [1, 2, 3, 4, 5, 6])
    }

    @Test("What the tap loses is read back, in order, and said")
    func lost() async throws {
        let broker = FakeBroker()
        let screen = Screen()
        var session = try session(broker, screen)
        _ = try await session.showPast(from: .new, now: 0)
        _ = try await session.take(broker.head(), now: noon)
        _ = try await session.take(try broker.publish("a.x"), now: noon)
        for _ in 0..<12 { try broker.publish("a.x") }
        _ = try await session.take(try broker.publish("a.x"), now: noon)
        #expect(screen.offsets.withLock { $0 } == Array(1...14))
        #expect(screen.notes.withLock { $0 } == ["12 messages of a.x missed by the tap, read back from the journal."])
    }

    @Test("A filter, a condition and a limit hold in the past, live and in what is read back")
    func narrowed() async throws {
        let broker = FakeBroker()
        for topic in ["a.x", "b.x", "a.y", "a.x"] { try broker.publish(topic) }
        let screen = Screen()
        var session = try session(
            broker, screen, topics: ["a"], conditions: [try WhereFilter("n!=3")], limit: 4)
        #expect(try await session.showPast(from: .offset(0), now: 0) == .goOn)
        _ = try await session.take(broker.head(), now: noon)
        try broker.publish("a.x")
        #expect(try await session.take(try broker.publish("b.x"), now: noon) == .goOn)
        #expect(try await session.take(try broker.publish("a.x"), now: noon) == .enough)
        #expect(screen.offsets.withLock { $0 } == [1, 4, 5, 7])
    }

    @Test("Whatever the tap loses and whenever it is cut off, every event is shown once", arguments: 0..<200)
    func nothingLostNothingTwice(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let topics = ["a.x", "a.y", "b.z"]
        let broker = FakeBroker(pageSize: Int.random(in: 1...5, using: &random))
        for _ in 0..<Int.random(in: 0...10, using: &random) {
            try broker.publish(topics.randomElement(using: &random) ?? "a.x")
        }
        let screen = Screen()
        var session = try session(broker, screen)
        _ = try await session.showPast(from: .offset(0), now: 0)
        var now = noon
        var isCutOff = true
        for _ in 0..<80 {
            let isLost = Int.random(in: 0..<10, using: &random) < 3
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                // Whoever is cut off hears nothing for a while; what was lost before has shown by then.
                if !isCutOff {
                    for topic in topics { _ = try await session.take(try broker.publish(topic), now: now) }
                }
                isCutOff = true
            case 1:
                if isCutOff { now += .seconds(5) }
                isCutOff = false
            case 2...4: if !isLost, !isCutOff { _ = try await session.take(broker.head(), now: now) }
            default:
                let gap: UInt64 = Int.random(in: 0..<20, using: &random) == 0 ? 1_000_000_000 : 0
                let message = try broker.publish(topics.randomElement(using: &random) ?? "a.x", skipping: gap)
                if !isLost, !isCutOff { _ = try await session.take(message, now: now) }
            }
        }
        if isCutOff { now += .seconds(5) }
        for topic in topics { _ = try await session.take(try broker.publish(topic), now: now) }
        _ = try await session.take(broker.head(), now: now)
        let shown = screen.offsets.withLock { $0 }
        let stored = broker.state.withLock { $0.items }
        #expect(Set(shown).count == shown.count, "seed \(seed): shown twice: \(shown)")
        #expect(shown.sorted() == stored.map(\.offset), "seed \(seed)")
        for topic in topics {
            let wanted = stored.filter { $0.topic == topic }.map(\.offset)
            #expect(shown.filter(wanted.contains) == wanted, "seed \(seed): \(topic) out of order")
        }
    }
}
