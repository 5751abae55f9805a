import Events
import HTTPTypes
import Hosting
import Hummingbird
import NIOCore
import ServiceLifecycle
import Testing

@testable import Gateway

@Suite("The event stream", .timeLimit(.minutes(1)))
struct StreamTests {
    static let listen = "listen: {host: 127.0.0.1, port: 0}"

    /// Runs a Gateway with its hub, and ends it gracefully after the body.
    private func running(
        _ journal: FakeJournal, _ yaml: String = listen, _ body: (TestGateway, Int) async throws -> Void
    ) async throws {
        let gateway = try TestGateway(journal: journal, yaml, secrets: TestTokens.settings)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var server = gateway.server
        server.onListening = { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(
                services: server.services.map { .init(service: $0) }, logger: gateway.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let number = try #require(await ports.first { _ in true })
            while gateway.server.streams.isReady == false { await Task.yield() }
            try await body(gateway, number)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func request(last: UInt64? = nil, token: String? = nil, of subject: String = "u1") -> [UInt8] {
        var claims = TestTokens.claims(role: "agent")
        claims["sub"] = .string(subject)
        let token = token ?? TestTokens.token(claims)
        let resume = last.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        return Array("GET /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\(resume)\r\n".utf8)
    }

    @Test("Events come as they are stored, each with its offset and topic; a reader begins where he joins")
    func events() async throws {
        let journal = FakeJournal()
        journal.store("{\"before\":true}")
        try await running(journal) { _, port in
            try await RawClient.connect(port: port) { client in
                try await client.send(request())
                let head = await client.receive(until: "id: 1\n\n")
                #expect(head.hasPrefix("HTTP/1.1 200") && head.contains("text/event-stream"))
                #expect(!head.contains("before"))
                journal.store("{\"a\":\n 1}")
                journal.store("{\"b\":2}", topic: "extensions.published")
                let events = await client.receive(until: "\"b\":2}\n\n")
                #expect(events.contains("id: 2\nevent: extensions.changed\ndata: {\"a\": 1}\n\n"))
                #expect(events.contains("id: 3\nevent: extensions.published\ndata: {\"b\":2}\n\n"))
            }
        }
    }

    @Test("A reader who comes again gets what he missed, once and in order, and then goes on")
    func resumes() async throws {
        let journal = FakeJournal()
        for number in 1...1_200 { journal.store("{\"n\":\(number)}") }
        try await running(journal) { _, port in
            try await RawClient.connect(port: port) { client in
                try await client.send(request(last: 7))
                _ = journal.store("{\"n\":1201}")
                let text = await client.receive(until: "{\"n\":1201}\n\n")
                let ids = text.split { $0 == "\n" || $0 == "\r\n" }.filter { $0.hasPrefix("id: ") }
                    .compactMap { Int($0.dropFirst(4)) }
                // Between what was missed and what is new the stream says where it is.
                #expect(Set(ids) == Set(8...1_201) && ids == ids.sorted() && ids.count <= 1_195)
            }
        }
    }

    @Test("An agent gets his own events and nobody else's, live and when he comes again")
    func isolation() async throws {
        let journal = FakeJournal()
        for number in 1...20 {
            journal.store("{\"n\":\(number)}", topic: "interaction.updated", key: number % 2 == 0 ? "ana" : "ben")
        }
        journal.store("{\"n\":21}", topic: "pop.requested", key: "ana.ruiz")
        try await running(journal) { _, port in
            try await RawClient.connect(port: port) { client in
                try await client.send(request(last: 10, of: "ana"))
                let missed = await client.receive(until: "retry: 1000\nid: 21\n\n")
                #expect(Self.numbers(missed) == [12, 14, 16, 18, 20])
                for (topic, key) in [
                    ("interaction.updated", "ben"), ("dial.refused", "ana.ruiz"), ("pop.requested", ""),
                    ("task.created", "ana"), ("dial.accepted", "ana"), ("extensions.changed", "directory"),
                ] { journal.store("{\"n\":\"\(topic)\"}", topic: topic, key: key) }
                let live = await client.receive(until: "extensions.changed\"}\n\n")
                #expect(live.contains("event: dial.accepted") && live.contains("event: extensions.changed"))
                #expect(!live.contains("interaction.updated") && !live.contains("dial.refused"))
                #expect(!live.contains("pop.requested") && !live.contains("task.created"))
            }
        }
    }

    private static func numbers(_ text: String) -> [Int] {
        text.split(separator: "{\"n\":").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
    }

    @Test("What is not kept any more, and what never was, begin anew: the reader is told to load")
    func resets() async throws {
        let journal = FakeJournal()
        for number in 1...20 { journal.store("{\"n\":\(number)}") }
        journal.trim(before: 10)
        try await running(journal) { _, port in
            for last in [UInt64(3), 999] {
                try await RawClient.connect(port: port) { client in
                    try await client.send(request(last: last))
                    let text = await client.receive(until: "}\n\n")
                    #expect(text.contains("id: 20\nevent: stream.reset\ndata: {\"reason\":\"journal."))
                }
            }
            try await RawClient.connect(port: port) { client in
                try await client.send(
                    Array("GET /v1/stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: x\r\n".utf8)
                        + Array("Authorization: Bearer \(TestTokens.token())\r\n\r\n".utf8))
                #expect(await client.receive(until: "}").hasPrefix("HTTP/1.1 400"))
            }
        }
    }

    @Test("A stream ends with its token, and says so")
    func tokenExpires() async throws {
        let journal = FakeJournal()
        try await running(journal, Self.listen + "\nauth: {leeway_seconds: 3}") { _, port in
            var claims = TestTokens.claims()
            claims["exp"] = .number(JSONNumber(WallClock.now().unixNanoseconds / 1_000_000_000))
            try await RawClient.connect(port: port) { client in
                try await client.send(request(token: TestTokens.token(claims)))
                let text = await client.receive(until: "token_expired\"}\n\n")
                #expect(text.contains("event: stream.end"))
            }
        }
    }

    @Test("Shutdown ends streams first, so that the server drains")
    func shutdown() async throws {
        let journal = FakeJournal()
        let gateway = try TestGateway(journal: journal, Self.listen, secrets: TestTokens.settings)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        var server = gateway.server
        server.onListening = { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: server.services.map { .init(service: $0) }, logger: gateway.log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let number = try #require(await ports.first { _ in true })
            while gateway.server.streams.isReady == false { await Task.yield() }
            try await RawClient.connect(port: number) { client in
                try await client.send(request())
                _ = await client.receive(until: "id: 0\n\n")
                await group.triggerGracefulShutdown()
                #expect(await client.receive(until: "\"}\n\n").contains("shutting_down"))
            }
            try await tasks.waitForAll()
        }
        #expect(gateway.server.streams.count == 0)
    }

    @Test("Streams beyond the limit are refused, and a seat is free again when its reader goes")
    func seatsAreCounted() async throws {
        let journal = FakeJournal()
        try await running(journal, Self.listen + "\napi: {max_streams: 1}") { gateway, port in
            try await RawClient.connect(port: port) { first in
                try await first.send(request())
                _ = await first.receive(until: "id: 0\n\n")
                try await RawClient.connect(port: port) { second in
                    try await second.send(request())
                    #expect(await second.receive(until: "}").hasPrefix("HTTP/1.1 429"))
                }
            }
            // The next event is written to nobody, which is how the server hears that the reader is gone.
            let deadline = ContinuousClock.now + .seconds(20)
            while gateway.server.streams.count > 0, ContinuousClock.now < deadline {
                journal.store("{}")
                await Task.yield()
            }
            #expect(gateway.server.streams.count == 0)
        }
    }

    @Test("One person has so many streams, and takes nobody else's")
    func streamsOfOne() async throws {
        let journal = FakeJournal()
        let hub = StreamHub(
            journal: journal, maxStreams: 1_000, registry: MetricsRegistry(), logger: LogRecorder().logger)
        let running = Task { try await hub.run() }
        while !hub.isReady { await Task.yield() }
        func join(_ subject: String) throws -> StreamSeat {
            let expires = TestTokens.now.advanced(by: .seconds(60))
            let principal = Principal(subject: subject, name: subject, role: .agent, expires: expires)
            return try hub.join(principal) {}.seat
        }
        var seats = try (0..<StreamHub.maxOfOne).map { _ in try join("ana") }
        #expect(throws: StreamHub.Refusal.tooManyOfOne) { try join("ana") }
        seats.append(try join("ben"))
        seats.removeFirst()
        seats.append(try join("ana"))
        #expect(hub.count == StreamHub.maxOfOne + 1)
        running.cancel()
        _ = await running.result
    }

    // MARK: One seat

    private func seat(cut: @escaping @Sendable () -> Void = {}) -> StreamSeat {
        let ana = Principal(
            subject: "u", name: "Ana", role: .agent, expires: TestTokens.now.advanced(by: .seconds(60)))
        return StreamSeat(number: 1, principal: ana, cut: cut, left: { _, _ in })
    }

    private func frame(_ size: Int) -> StreamFrame {
        .reset(at: 1, reason: String(repeating: "x", count: size))
    }

    @Test("A reader who is behind keeps what waits for him and is told to resume")
    func slowReaders() async {
        let seat = seat()
        for _ in 0..<20 { seat.offer(frame(100_000)) }
        var sizes: [Int] = []
        var last = ""
        for await frame in seat.frames {
            sizes.append(frame.bytes.readableBytes)
            last = String(buffer: frame.bytes)
        }
        #expect(sizes.count == 11 && last.contains("behind"))
        #expect(sizes.reduce(0, +) <= StreamSeat.maxBytes + 100)
    }

    @Test("A frame that is larger than all that may wait is still delivered to a reader who keeps up")
    func largeFrames() async {
        let seat = seat()
        seat.offer(frame(2_000_000))
        seat.end(.shuttingDown)
        var count = 0
        for await frame in seat.frames {
            seat.took(frame)
            count += 1
        }
        #expect(count == 2)
    }

    @Test("A reader who takes nothing is cut off, one for whom nothing waits is not")
    func stalls() async {
        let (cuts, cut) = AsyncStream.makeStream(of: Void.self)
        let seat = seat { cut.yield() }
        let later = ContinuousClock.now + StreamSeat.stallLimit + .seconds(1)
        seat.check(now: TestTokens.now, at: later)
        seat.offer(frame(10))
        seat.check(now: TestTokens.now, at: .now)
        cut.finish()
        var early = 0
        for await _ in cuts { early += 1 }
        #expect(early == 0)
        let (again, second) = AsyncStream.makeStream(of: Void.self)
        let stuck = self.seat { second.yield() }
        stuck.offer(frame(10))
        stuck.check(now: TestTokens.now, at: ContinuousClock.now + StreamSeat.stallLimit + .seconds(1))
        second.finish()
        var cutOff = 0
        for await _ in again { cutOff += 1 }
        #expect(cutOff == 1)
    }
}
