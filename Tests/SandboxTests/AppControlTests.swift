import Events
import Testing

@testable import Sandbox

@Suite("What the mobile app asks the company's callbacks") struct AppControlTests {
    private var project = TestProject { $0.callbackBase = "http://bus" }
    private static let control = RestRouter(SandboxRoutes.control)

    private mutating func ask(
        _ method: RestMethod, _ path: String, _ parameters: [(String, String)], reply: PreEventReply
    ) throws(TwilioProblem) -> RestAnswer {
        try project.perform(
            method, path, query: method == .get ? parameters : [], form: method == .get ? [] : parameters, reply: reply,
            router: Self.control)
    }

    private func asked() -> [String: String] {
        Dictionary(project.webhooks.last?.parameters.map { ($0.name, $0.value) } ?? []) { $1 }
    }

    @Test("Customers, a customer and templates are asked for as the samples have it, and handed on as answered")
    mutating func questions() throws {
        let answer = Array(#"{"objects":{"customers":[]}}"#.utf8)
        let list = try ask(
            .get, "agent/customers", [("worker", "ana"), ("query", "lop")], reply: .modified(body: answer))
        #expect(try JSONValue(parsing: list.body)["objects"]?["customers"]?.array == [])
        #expect(project.webhooks.last?.url == "http://bus/frontline/crm")
        #expect(asked()["Location"] == "GetCustomersList" && asked()["Worker"] == "ana")
        #expect(asked()["PageSize"] == "30" && asked()["Query"] == "lop" && asked()["NextPageToken"] == nil)

        _ = try ask(.get, "agent/customers/C1", [("worker", "ana")], reply: .modified(body: answer))
        #expect(asked()["Location"] == "GetCustomerDetailsByCustomerId" && asked()["CustomerId"] == "C1")

        _ = try ask(
            .get, "agent/templates", [("worker", "ana"), ("customer_id", "C1")], reply: .modified(body: answer))
        #expect(project.webhooks.last?.url == "http://bus/frontline/templates")
        #expect(asked()["Location"] == "GetTemplatesByCustomerId")
    }

    @Test(
        "What is not answered with JSON is a 502 that says so",
        arguments: [PreEventReply.unmodified, .rejected(status: 503), .modified(body: Array("<html>".utf8))])
    mutating func failures(reply: PreEventReply) throws {
        let problem = #expect(throws: TwilioProblem.self) {
            _ = try ask(.get, "agent/customers", [("worker", "ana")], reply: reply)
        }
        #expect(problem?.status == 502)
    }

    private static let beginning = [
        ("worker", "ana"), ("customer_id", "C1"), ("address", "+34600111222"), ("channel", "whatsapp"), ("name", "Zoë"),
    ]

    @Test("A conversation begins with the address that the callback names")
    mutating func proxyAddress() throws {
        let proxy = Array(#"{"proxy_address":"whatsapp:+14155559999"}"#.utf8)
        let answer = try ask(.post, "agent/conversations", Self.beginning, reply: .modified(body: proxy))
        let sid = try #require(try JSONValue(parsing: answer.body)["sid"]?.string)
        #expect(asked()["Location"] == "GetProxyAddress" && asked()["ChannelValue"] == "whatsapp:+34600111222")
        project.advance(by: .seconds(1))
        let position = try #require(project.world.messaging.find(sid, service: nil))
        let people = project.world.messaging[position].participants
        #expect(people.first?.binding?.proxyAddress == "whatsapp:+14155559999")
        #expect(people.compactMap(\.identity) == ["ana"])
    }

    @Test(
        "Without an address the app gives the conversation up",
        arguments: [PreEventReply.rejected(status: 422), .unmodified])
    mutating func givenUp(reply: PreEventReply) throws {
        #expect(throws: TwilioProblem.self) {
            _ = try ask(.post, "agent/conversations", Self.beginning, reply: reply)
        }
        #expect(project.world.messaging.conversationCount == 0)
    }

    @Test("Where there is nobody to ask, conversations begin with the project's own number")
    mutating func withoutCallbacks() throws {
        project = TestProject()
        let answer = try ask(.post, "agent/conversations", Self.beginning, reply: .unmodified)
        let sid = try #require(try JSONValue(parsing: answer.body)["sid"]?.string)
        project.advance(by: .seconds(1))
        let position = try #require(project.world.messaging.find(sid, service: nil))
        #expect(project.world.messaging[position].participants.first?.binding?.proxyAddress == "whatsapp:+14155550101")
        let problem = #expect(throws: TwilioProblem.self) {
            _ = try ask(.get, "agent/customers", [("worker", "ana")], reply: .unmodified)
        }
        #expect(problem?.status == 404)
    }
}
