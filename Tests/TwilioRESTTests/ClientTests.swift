import Events
import Synchronization
import Testing

@testable import TwilioREST

@Suite("The client", .timeLimit(.minutes(1)))
struct ClientTests {
    @Test("A message is written with the account's credentials, as a form, without webhooks unless wanted")
    func createMessage() async throws {
        let transport = ScriptedTransport(.json(201, Fixture.message()), .json(201, Fixture.message()))
        let messages = Fixture.client(transport).conversations(Fixture.service).messages(Fixture.conversation)
        let draft = MessageDraft(
            author: "ana", body: "hola & adiós", attributes: TwilioAttributes(JSONObject([("a", 1)])))
        let message = try await messages.create(draft)
        #expect(message.index == 7)
        #expect(message.author == "ana")
        #expect(message.attributes["a"]?.integer == 1)
        #expect(message.delivery?.delivered == "some")
        #expect(message.participantSID == nil)
        _ = try await messages.create(draft, webhooks: true)
        let requests = transport.requests
        #expect(requests[0].method == .post)
        #expect(
            requests[0].url
                == "https://conversations.twilio.com/v1/Services/\(Fixture.service)/Conversations/\(Fixture.conversation)"
                + "/Messages")
        #expect(requests[0].header("content-type") == "application/x-www-form-urlencoded")
        #expect(requests[0].header("x-twilio-webhook-enabled") == nil)
        #expect(requests[1].header("x-twilio-webhook-enabled") == "true")
        #expect(
            requests[0].body.map { String(decoding: $0, as: UTF8.self) }
                == "Author=ana&Body=hola+%26+adi%C3%B3s&Attributes=%7B%22a%22%3A1%7D")
    }

    @Test("A message whose answer is lost is not written again; a conversation with a unique name is")
    func ambiguous() async throws {
        let transport = ScriptedTransport(.failed(.deadline, wasSent: true))
        let conversations = Fixture.client(transport).conversations(Fixture.service)
        await #expect(throws: TwilioError.outcomeUnknown(reason: "scripted", problem: nil)) {
            try await conversations.messages(Fixture.conversation).create(MessageDraft(body: "a"))
        }
        #expect(transport.requests.count == 1)
        transport.add(.failed(.deadline, wasSent: true))
        transport.add(.json(409, "{\"code\":50353}"))
        let error = await #expect(throws: TwilioError.self) {
            try await conversations.create(ConversationDraft(uniqueName: "ff:x"))
        }
        #expect(error?.isConflict == true)
        #expect(transport.requests.count == 3)
    }

    @Test("Calls within a published rate go at once; one for which no place comes in time is not sent")
    func publishedRate() async throws {
        let transport = ScriptedTransport()
        for _ in 0..<1_000 { transport.add(.json(404, "{\"code\":20404}")) }
        let maps = Fixture.client(transport).within(.milliseconds(10)).sync(Fixture.service)
        let start = ContinuousClock.now
        var error: TwilioError?
        while error == nil, transport.requests.count < 1_000 {
            do throws(TwilioError) { _ = try await maps.findItem("MP1", key: "a") } catch let refusal {
                error = refusal
            }
        }
        #expect(error == .timedOut)
        let refilled = Int((ContinuousClock.now - start) / .milliseconds(50)) + 1
        #expect((SyncService.burst...(SyncService.burst + refilled)).contains(transport.requests.count))
        #expect(try await maps.findItem("MP2", key: "a") == nil, "another map has its own rate")
    }

    @Test("What was not sent and what was limited is repeated for a message too")
    func repeated() async throws {
        let transport = ScriptedTransport(
            .failed(.connect, wasSent: false), .json(429, "", [.retryAfter: "0"]), .json(201, Fixture.message()))
        let message = try await Fixture.client(transport).conversations(Fixture.service)
            .messages(Fixture.conversation).create(MessageDraft(body: "a"))
        #expect(message.index == 7)
        #expect(transport.requests.count == 3)
    }

    @Test("Not found is nil when one looks, false when one deletes, an error when one fetches")
    func notFound() async throws {
        let gone = ScriptedTransport.Answer.json(404, "{\"code\":20404}")
        let transport = ScriptedTransport(gone, gone, gone)
        let conversations = Fixture.client(transport).conversations(Fixture.service)
        #expect(try await conversations.find(uniqueName: "a/b c") == nil)
        #expect(try await !conversations.delete(Fixture.conversation))
        let error = await #expect(throws: TwilioError.self) { try await conversations.fetch(Fixture.conversation) }
        #expect(error?.isNotFound == true)
        #expect(transport.requests[0].url.hasSuffix("/Conversations/a%2Fb%20c"))
    }

    @Test("Attributes that are no JSON read as none, and keep their text")
    func attributes() async throws {
        let transport = ScriptedTransport(.json(200, Fixture.conversation(state: "frozen")))
        let conversation = try await Fixture.client(transport).conversations(Fixture.service).fetch(
            Fixture.conversation)
        #expect(conversation.attributes.object.isEmpty)
        #expect(!conversation.attributes.isWellFormed)
        #expect(conversation.attributes.text == "not json")
        #expect(conversation.state == .other("frozen"))
        #expect(conversation.dateUpdated == nil)
        #expect(conversation.dateClosed != nil)
    }

    @Test(
        "A success that does not read was done: the error says so",
        arguments: ["", "<html>", "[]", "{\"sid\":\"IM1\"}"])
    func unreadable(body: String) async throws {
        let transport = ScriptedTransport(.json(201, body, [.requestID: "RQ9"]))
        let error = await #expect(throws: TwilioError.self) {
            try await Fixture.client(transport).conversations(Fixture.service).messages(Fixture.conversation)
                .create(MessageDraft(body: "a"))
        }
        #expect(error?.mayHaveTakenEffect == true)
        #expect(error?.problem?.requestID == "RQ9")
        #expect(transport.requests.count == 1)
    }

    @Test("A version is sent as If-Match and read from ETag; what it guards is not repeated")
    func versions() async throws {
        let task =
            "{\"sid\":\"WT\(String(repeating: "5", count: 32))\",\"assignment_status\":\"wrapping\",\"attributes\":null}"
        let transport = ScriptedTransport(
            .json(200, task, [.entityTag: "\"3\""]), .json(412, "{\"code\":20412}"),
            .failed(.connectionLost, wasSent: true))
        let taskRouter = Fixture.client(transport).taskRouter(Fixture.workspace)
        let sid: TaskSID = Fixture.sid("5")
        let read = try await taskRouter.task(sid)
        #expect(read.etag == "\"3\"")
        #expect(read.assignmentStatus == .wrapping)
        #expect(read.attributes == .empty)
        let update = TaskUpdate(attributes: .empty)
        let error = await #expect(throws: TwilioError.self) {
            try await taskRouter.updateTask(sid, update, ifMatch: read.etag)
        }
        #expect(error?.isPreconditionFailed == true)
        #expect(transport.requests[1].header("if-match") == "\"3\"")
        await #expect(throws: TwilioError.outcomeUnknown(reason: "scripted", problem: nil)) {
            try await taskRouter.updateTask(sid, update, ifMatch: read.etag)
        }
    }

    @Test("After enough failures nothing is sent, and the observer hears of each attempt and of the circuit")
    func circuit() async throws {
        var configuration = Fixture.configuration
        configuration.breakerFailures = 2
        configuration.maxAttempts = 1
        configuration.breakerOpen = .seconds(60)
        let transport = ScriptedTransport(.json(500, "", [.requestID: "RQ1"]), .failed(.connect, wasSent: false))
        let observer = RecordingObserver()
        let client = Fixture.client(transport, configuration: configuration, observer: observer)
        for _ in 0..<2 { _ = try? await client.conversations(Fixture.service).fetch(Fixture.conversation) }
        let error = await #expect(throws: TwilioError.self) {
            try await client.conversations(Fixture.service).fetch(Fixture.conversation)
        }
        #expect(error?.code == "twilio.circuit_open")
        #expect((error?.retryAfter ?? .zero) > .seconds(50))
        #expect(transport.requests.count == 2)
        #expect(client.status.circuit == .open)
        #expect(observer.attempts.map(\.status) == [500, nil])
        #expect(observer.attempts.map(\.requestID) == ["RQ1", nil])
        #expect(observer.attempts[0].route == "/v1/Services/{service}/Conversations/{conversation}")
        #expect(observer.states == [.open])
    }

    @Test("A call of an account at its limit waits, in order; one whose time is over leaves, one too many is refused")
    func waits() async throws {
        var configuration = Fixture.configuration
        configuration.maxConcurrency = 1
        configuration.maxWaiting = 1
        let transport = GatedTransport()
        let client = Fixture.client(transport, configuration: configuration)
        let conversations = client.conversations(Fixture.service)
        async let first = conversations.fetch(Fixture.conversation)
        await transport.hasStarted()
        await #expect(throws: TwilioError.timedOut) {
            try await client.within(.milliseconds(20)).conversations(Fixture.service).fetch(Fixture.conversation)
        }
        #expect(client.status.waiting == 0)
        let waiting = Task { try await conversations.fetch(Fixture.conversation) }
        while client.status.waiting == 0 { await Task.yield() }
        await #expect(throws: TwilioError.overloaded(limit: 1)) { try await conversations.fetch(Fixture.conversation) }
        waiting.cancel()
        await #expect(throws: TwilioError.cancelled) { try await waiting.value }
        async let second = conversations.fetch(Fixture.conversation)
        while client.status.waiting == 0 { await Task.yield() }
        transport.open()
        #expect(try await first.sid == second.sid)
        #expect(
            client.status == TwilioClientStatus(limit: 1, inFlight: 0, waiting: 0, circuit: .closed, retryAfter: nil))
    }

    @Test("Each call in the queue has its own time, whoever came first, and those behind them go on waiting")
    func ownTimes() async throws {
        var configuration = Fixture.configuration
        configuration.maxConcurrency = 1
        let transport = GatedTransport()
        let client = Fixture.client(transport, configuration: configuration)
        func fetch(within time: Duration) async throws(TwilioError) -> Conversation {
            try await client.within(time).conversations(Fixture.service).fetch(Fixture.conversation)
        }
        async let first = fetch(within: .seconds(10))
        await transport.hasStarted()
        let waiting = Task { try await fetch(within: .seconds(10)) }
        while client.status.waiting == 0 { await Task.yield() }
        for time in [60, 20, 40] {
            await #expect(throws: TwilioError.timedOut) { try await fetch(within: .milliseconds(time)) }
        }
        let early = [90, 30].map { time in Task { try await fetch(within: .milliseconds(time)) } }
        for task in early {
            await #expect(throws: TwilioError.timedOut) { try await task.value }
        }
        #expect(client.status.waiting == 1)
        transport.open()
        #expect(try await first.sid == waiting.value.sid)
    }
}

/// Remembers what it is told.
final class RecordingObserver: TwilioObserver {
    private let state = Mutex<(attempts: [TwilioAttempt], states: [CircuitState])>(([], []))

    var attempts: [TwilioAttempt] { state.withLock { $0.attempts } }
    var states: [CircuitState] { state.withLock { $0.states } }

    func attempted(_ attempt: TwilioAttempt) { state.withLock { $0.attempts.append(attempt) } }

    func circuitChanged(to state: CircuitState, account: AccountSID) { self.state.withLock { $0.states.append(state) } }
}

/// Answers with a conversation, but not before it is opened.
final class GatedTransport: TwilioTransport {
    private struct State {
        var isOpen = false
        var started = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func hasStarted() async {
        while state.withLock({ $0.started == 0 }) { await Task.yield() }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    func send(
        _ request: TransportRequest, within timeout: Duration
    ) async throws(TransportFailure) -> TransportResponse {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.started += 1
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return TransportResponse(status: 200, body: Array(Fixture.conversation().utf8))
    }
}
