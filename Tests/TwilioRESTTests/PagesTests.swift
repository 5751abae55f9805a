import Events
import Testing

@testable import TwilioREST

@Suite("Lists")
struct PagesTests {
    private func page(_ indexes: [Int], next: String?, key: String = "messages") -> ScriptedTransport.Answer {
        let entries = indexes.map { Fixture.message(index: $0) }.joined(separator: ",")
        let link = next.map { "\"\($0)\"" } ?? "null"
        return .json(200, "{\"meta\":{\"key\":\"\(key)\",\"next_page_url\":\(link)},\"\(key)\":[\(entries)]}")
    }

    private func list(_ transport: ScriptedTransport, maxPages: Int = 1_000) -> Pages<ConversationMessage> {
        var configuration = Fixture.configuration
        configuration.maxPages = maxPages
        return Fixture.client(transport, configuration: configuration).conversations(Fixture.service)
            .messages(Fixture.conversation).list(order: .descending)
    }

    private let next = "https://conversations.twilio.com/v1/next?PageSize=100&Page=1&PageToken=abc"

    @Test("The next link is followed as it is, until there is none")
    func follows() async throws {
        let transport = ScriptedTransport(page([1, 2], next: next), page([], next: next), page([3], next: nil))
        let messages = try await list(transport).all()
        #expect(messages.map(\.index) == [1, 2, 3])
        #expect(transport.requests.map(\.url).suffix(2) == [next, next])
        #expect(transport.requests[0].url.hasSuffix("/Messages?Order=desc&PageSize=100"))
        #expect(transport.requests.allSatisfy { $0.header("authorization") != nil })
    }

    @Test("A link to another host gets no credentials: the list fails")
    func foreign() async throws {
        let transport = ScriptedTransport(page([1], next: "https://evil.example/v1/next"))
        await #expect(throws: TwilioError.foreignLink) { try await list(transport).all() }
        #expect(transport.requests.count == 1)
    }

    @Test("A list without an end stops at the cap, one that is too long at its limit")
    func caps() async throws {
        let endless = ScriptedTransport(page([1], next: next), page([1], next: next), page([1], next: next))
        await #expect(throws: TwilioError.listLimit(limit: 2)) { try await list(endless, maxPages: 2).all() }
        #expect(endless.requests.count == 2)
        let long = ScriptedTransport(page([1, 2, 3], next: nil))
        await #expect(throws: TwilioError.listLimit(limit: 2)) { try await list(long).all(limit: 2) }
    }

    @Test("The first entry may stand on a later page, and only the pages up to it are asked for")
    func first() async throws {
        let transport = ScriptedTransport(page([], next: next), page([5], next: next))
        #expect(try await list(transport).first()?.index == 5)
        #expect(transport.requests.count == 2)
        #expect(try await list(ScriptedTransport(page([], next: nil))).first() == nil)
    }

    @Test("The API of 2010 gives a path and its own key")
    func calls() async throws {
        let call =
            "{\"sid\":\"CA\(String(repeating: "6", count: 32))\",\"status\":\"completed\",\"duration\":\"12\","
            + "\"start_time\":\"Tue, 24 Nov 2026 09:30:00 +0000\"}"
        let transport = ScriptedTransport(
            .json(200, "{\"calls\":[\(call)],\"next_page_uri\":\"/2010-04-01/x.json?Page=1\"}"),
            .json(200, "{\"calls\":[],\"next_page_uri\":null}"))
        let calls = try await Fixture.client(transport).calls.list(CallQuery(to: "+1")).all()
        #expect(calls.first?.durationSeconds == 12)
        #expect(calls.first?.startTime?.rfc3339 == "2026-11-24T09:30:00Z")
        #expect(transport.requests[1].url == "https://api.twilio.com/2010-04-01/x.json?Page=1")
    }

    @Test("A page without its list is unreadable")
    func unreadable() async throws {
        let error = await #expect(throws: TwilioError.self) {
            try await list(ScriptedTransport(.json(200, "{}"))).all()
        }
        #expect(error?.code == "twilio.unreadable")
    }
}
