import Events
import NIOCore
import NIOPosix
import Testing

@testable import TwilioREST

@Suite("Over a real connection", .timeLimit(.minutes(1)))
struct HTTPTransportTests {
    /// Runs a body against a client of a server on a free port.
    private func with(
        attempts: Int = 1, timeout: Duration = .seconds(10), attemptTimeout: Duration = .seconds(5),
        _ reply: @escaping @Sendable (Int, String) -> RawServer.Reply,
        _ body: (ConversationsService, RawServer) async throws -> Void
    ) async throws {
        let server = try await RawServer(reply)
        var configuration = Fixture.configuration
        configuration.endpoints = try TwilioEndpoints(baseURL: "http://127.0.0.1:\(server.port)/api/{product}")
        configuration.maxAttempts = attempts
        configuration.timeout = timeout
        configuration.attemptTimeout = attemptTimeout
        let transport = HTTPTransport(configuration: configuration)
        let client = Fixture.client(transport, configuration: configuration)
        let result = await Result { try await body(client.conversations(Fixture.service), server) }
        await transport.shutdown()
        await server.close()
        try result.get()
    }

    private static let message = RawServer.json(201, Fixture.message().filter { $0 != "\n" })

    private func write(_ conversations: ConversationsService) async throws(TwilioError) -> ConversationMessage {
        try await conversations.messages(Fixture.conversation).create(MessageDraft(body: "hola"))
    }

    @Test("Requests one after the other share a connection")
    func keepAlive() async throws {
        try await with({ _, _ in .send(Self.message) }) { conversations, server in
            for _ in 0..<5 { _ = try await write(conversations) }
            #expect(server.connections == 1)
            #expect(server.requests.count == 5)
            let request = try #require(server.requests.first)
            #expect(
                request.hasPrefix(
                    "POST /api/conversations/v1/Services/\(Fixture.service)/Conversations/\(Fixture.conversation)/Messages "
                ))
            #expect(request.hasSuffix("\r\n\r\nBody=hola"))
            #expect(request.lowercased().contains("content-length: 9"))
        }
    }

    @Test("A request leaves in one piece, head and body together")
    func onePiece() async throws {
        try await with({ _, _ in .send(Self.message) }) { conversations, server in
            for _ in 0..<20 { _ = try await write(conversations) }
            #expect(server.reads == 20)
        }
    }

    @Test("A refused connection was certainly not processed")
    func refused() async throws {
        let server = try await RawServer { _, _ in .close }
        let port = server.port
        await server.close()
        var configuration = Fixture.configuration
        configuration.endpoints = try TwilioEndpoints(baseURL: "http://127.0.0.1:\(port)")
        configuration.maxAttempts = 2
        let transport = HTTPTransport(configuration: configuration)
        let client = Fixture.client(transport, configuration: configuration)
        let error = await #expect(throws: TwilioError.self) { try await write(client.conversations(Fixture.service)) }
        #expect(error?.code == "twilio.unreachable")
        #expect(error?.mayHaveTakenEffect == false)
        await transport.shutdown()
    }

    @Test("A host that does not exist was certainly not asked")
    func unknownHost() async throws {
        var configuration = Fixture.configuration
        configuration.endpoints = try TwilioEndpoints(baseURL: "http://nowhere.invalid")
        configuration.maxAttempts = 1
        let transport = HTTPTransport(configuration: configuration)
        let client = Fixture.client(transport, configuration: configuration)
        let error = await #expect(throws: TwilioError.self) { try await write(client.conversations(Fixture.service)) }
        #expect(error?.code == "twilio.unreachable")
        await transport.shutdown()
    }

    @Test("TLS that does not stand was certainly not asked")
    func noTLS() async throws {
        let server = try await RawServer { _, _ in .close }
        var configuration = Fixture.configuration
        configuration.endpoints = try TwilioEndpoints(baseURL: "https://127.0.0.1:\(server.port)")
        configuration.maxAttempts = 1
        configuration.connectTimeout = .milliseconds(300)
        let transport = HTTPTransport(configuration: configuration)
        let client = Fixture.client(transport, configuration: configuration)
        let error = await #expect(throws: TwilioError.self) { try await write(client.conversations(Fixture.service)) }
        #expect(error?.code == "twilio.unreachable")
        await transport.shutdown()
        await server.close()
    }

    @Test("An answer that is lost leaves a write open, and it is not repeated")
    func lostAnswer() async throws {
        try await with(attempts: 3, { _, _ in .close }) { conversations, server in
            let error = await #expect(throws: TwilioError.self) { try await write(conversations) }
            #expect(error?.code == "twilio.outcome_unknown")
            #expect(server.requests.count == 1)
        }
    }

    @Test("Half an answer is a lost one")
    func halfAnswer() async throws {
        let half = String(Self.message.dropLast(40))
        try await with(attempts: 3, { _, _ in .sendAndClose(half) }) { conversations, server in
            let error = await #expect(throws: TwilioError.self) { try await write(conversations) }
            #expect(error?.code == "twilio.outcome_unknown")
            #expect(server.requests.count == 1)
        }
    }

    @Test("No answer in time leaves a write open; a read is tried again")
    func timeout() async throws {
        let conversation = RawServer.json(200, Fixture.conversation())
        try await with(
            attempts: 2, attemptTimeout: .milliseconds(150),
            { number, _ in number == 2 ? .send(conversation) : .silence }
        ) { conversations, server in
            let error = await #expect(throws: TwilioError.self) { try await write(conversations) }
            #expect(error?.code == "twilio.outcome_unknown")
            #expect(server.requests.count == 1)
            let read = try await conversations.fetch(Fixture.conversation)
            #expect(read.sid == Fixture.conversation)
            #expect(server.requests.count == 3)
        }
    }

    @Test("A task that is cancelled while it waits for an answer ends at once, the write open")
    func cancellation() async throws {
        try await with({ _, _ in .silence }) { conversations, server in
            let task = Task { try await write(conversations) }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            let error = await #expect(throws: TwilioError.self) { try await task.value }
            #expect(error?.code == "twilio.outcome_unknown")
        }
    }

    @Test("A 429 is repeated after its Retry-After")
    func rateLimited() async throws {
        let limited = RawServer.json(429, "{\"code\":20429}", "Retry-After: 0.2\r\n")
        let start = ContinuousClock.now
        try await with(attempts: 2, { number, _ in .send(number == 0 ? limited : Self.message) }) {
            conversations, server in
            _ = try await write(conversations)
            #expect(server.requests.count == 2)
        }
        #expect(ContinuousClock.now - start >= .milliseconds(200))
    }

    @Test("A next link to another server gets no request")
    func foreignPage() async throws {
        let other = try await RawServer { _, _ in .close }
        let page = RawServer.json(
            200,
            "{\"meta\":{\"key\":\"conversations\",\"next_page_url\":\"http://127.0.0.1:\(other.port)/x\"},"
                + "\"conversations\":[]}")
        try await with({ _, _ in .send(page) }) { conversations, _ in
            await #expect(throws: TwilioError.foreignLink) { try await conversations.list().all() }
        }
        #expect(other.connections == 0)
        await other.close()
    }

    @Test("An answer over the limit is not read, and a redirect is not followed")
    func limits() async throws {
        let large = RawServer.json(200, String(repeating: " ", count: 5_000_000))
        let moved = RawServer.json(302, "", "Location: http://127.0.0.1:1/\r\n")
        try await with({ number, _ in .send(number == 0 ? large : moved) }) { conversations, _ in
            await #expect(throws: TwilioError.tooLarge(limitBytes: 4_194_304)) {
                try await conversations.fetch(Fixture.conversation)
            }
            let error = await #expect(throws: TwilioError.self) { try await conversations.fetch(Fixture.conversation) }
            #expect(error?.problem?.status == 302)
            #expect(error?.problem?.requestID == "RQ302")
        }
    }

    @Test("What is no HTTP is a lost answer")
    func noHTTP() async throws {
        try await with({ _, _ in .sendAndClose("SSH-2.0-OpenSSH\r\n\r\n") }) { conversations, _ in
            let error = await #expect(throws: TwilioError.self) { try await write(conversations) }
            #expect(error?.code == "twilio.outcome_unknown")
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
