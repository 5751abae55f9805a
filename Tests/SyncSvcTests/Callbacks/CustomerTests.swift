import Events
import Testing

@testable import SyncSvc

@Suite("What the mobile app is told about customers")
struct CustomerTests {
    static let channel = "CH" + String(repeating: "a", count: 32)
    static let member = "MB" + String(repeating: "b", count: 32)

    @Test("The sample's customer ids are read and written; anything else is the other CRM's")
    func reference() {
        let text = #"{"p":"\#(Self.member)","c":"\#(Self.channel)"}"#
        let reference = CustomerReference(text)
        #expect(reference == CustomerReference(participant: Self.member, conversation: Self.channel))
        #expect(reference?.text == text)
        #expect(CustomerReference(#"{"c":"\#(Self.channel)"}"#)?.participant == nil)
        for other in ["42", "", "{}", #"{"c":"x"}"#, #"["CH"]"#, "{", "+34600111222"] {
            #expect(CustomerReference(other) == nil, "\(other)")
        }
    }

    struct Reached: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let facts: CustomerFacts
        let channels: [CustomerFacts.Channel]
    }

    static func facts(_ attributes: JSONValue, name: String? = nil, address: String? = nil) -> CustomerFacts {
        var facts = CustomerFacts()
        facts.attributes = attributes.object ?? JSONObject()
        facts.friendlyName = name
        facts.address = address
        facts.identity = "visitor"
        facts.mobileConversation = "CH9"
        return facts
    }

    static let sms = CustomerFacts.Channel(kind: .sms, value: "+34600111222")
    static let reached = [
        Reached(testDescription: "an SMS participant", facts: facts([:], address: "+34600111222"), channels: [sms]),
        Reached(
            testDescription: "a WhatsApp participant", facts: facts([:], address: "whatsapp:+34600111222"),
            channels: [CustomerFacts.Channel(kind: .whatsapp, value: "whatsapp:+34600111222")]),
        Reached(
            testDescription: "the pre-engagement form",
            facts: facts(["pre_engagement_data": ["phone": "+34600111222"]]),
            channels: [sms]),
        Reached(
            testDescription: "the Chat dialect's form, JSON in a string",
            facts: facts(["pre_engagement": #"{"phone":"+34600111222"}"#]), channels: [sms]),
        Reached(testDescription: "from, when it is a number", facts: facts(["from": "+34600111222"]), channels: [sms]),
        Reached(
            testDescription: "the friendly name of a channel that came by SMS",
            facts: facts(["serviceNumber": "sms_+34911222333", "from": "José"], name: "+34600111222"),
            channels: [sms]),
        Reached(
            testDescription: "a web chat without a number", facts: facts(["from": "José"]),
            channels: [CustomerFacts.Channel(kind: .chat, value: "CH9")]),
    ]

    @Test("The phone number is found wherever the samples put it", arguments: reached)
    func channels(_ item: Reached) {
        #expect(item.facts.channels == item.channels)
    }

    @Test("Details show what the configuration names, and nothing else of the attributes")
    func details() {
        let facts = Self.facts([
            "from": "José", "pre_engagement_data": ["friendlyName": "José R.", "question": "Where is it?"],
            "secretRouting": "x",
        ])
        let answer = CustomerDirectory.details(id: "id", facts: facts, worker: "ana", fields: ["question", "absent"])
        let customer = answer["objects"]?["customer"]
        #expect(customer?["customer_id"]?.string == "id")
        #expect(customer?["display_name"]?.string == "José R.")
        #expect(customer?["details"]?["content"]?.string == "question: Where is it?")
        #expect(customer?["worker"]?.string == "ana")
        #expect(!answer.description.contains("secretRouting"))
    }

    @Test("Lists are paged to their end, and searched by part of a name")
    func list() {
        let entries = (0..<7).map {
            CustomerDirectory.Entry(
                reference: CustomerReference(conversation: "CH\($0)"), displayName: "Customer \($0)")
        }
        var token: String?
        var names: [String] = []
        repeat {
            let page = CustomerDirectory.list(entries.reversed(), query: nil, token: token, pageSize: 3)["objects"]
            names += page?["customers"]?.array?.compactMap { $0["display_name"]?.string } ?? []
            token = page?["next_page_token"]?.string
        } while token != nil
        #expect(names == entries.map(\.displayName))
        let found = CustomerDirectory.list(entries, query: "MER 5", token: nil, pageSize: 30)["objects"]
        #expect(found?["customers"]?.array?.count == 1)
        let beyond = CustomerDirectory.list(entries, query: nil, token: "99", pageSize: 30)["objects"]
        #expect(beyond?["customers"]?.array?.isEmpty == true)
    }
}

@Suite("Answers to callbacks")
struct CallbackDeskTests {
    struct Customers: CustomerSource {
        func facts(_ reference: CustomerReference) async throws -> CustomerFacts? {
            guard reference.conversation == CustomerTests.channel else { return nil }
            return CustomerTests.facts(["from": "José <b>"], address: "+34600111222")
        }

        func customers(of agent: String) async throws -> [CustomerDirectory.Entry] {
            [.init(reference: CustomerReference(conversation: CustomerTests.channel), displayName: agent)]
        }
    }

    struct Backup: BackupCRM {
        var reply: CallbackReply?
        func answer(_ question: CallbackQuestion) async -> CallbackReply? { reply }
    }

    func desk(backup: Backup? = nil) throws -> CallbackDesk {
        var settings = AgentSettings()
        settings.templates = [
            .init(category: "Hello", text: "Hi {{customer.name}}, this is {{agent.name}}."),
            .init(category: "Bye", text: "Bye{{#customer.email}} {{customer.email}}{{/customer.email}}."),
            .init(category: "Hello", text: "Your number: {{customer.phone}}", isWhatsAppApproved: true),
        ]
        return CallbackDesk(
            settings: settings, templates: try MessageTemplates(settings.templates),
            proxies: ProxyAddresses(sms: "+15005550006", whatsApp: "+15005550007"), customers: Customers(),
            backup: backup)
    }

    func question(_ location: String, _ parameters: [String: String] = [:]) throws -> CallbackQuestion {
        var object = JSONObject([("location", .string(location)), ("worker", "ana")])
        object["parameters"] = .object(JSONObject(parameters.map { ($0.key, .string($0.value)) }))
        return try #require(CallbackQuestion(JSONValue.object(object).bytes))
    }

    static let known = CustomerReference(conversation: CustomerTests.channel).text

    @Test("Customers of ours are ours; the other CRM is asked about the rest, and its absence is no crash")
    func crm() async throws {
        let own = try await desk().crm(try question("GetCustomerDetailsByCustomerId", ["CustomerId": Self.known]))
        #expect(own.status == 200 && own.body["objects"]?["customer"]?["display_name"]?.string == "José <b>")
        let unknown = try question("GetCustomerDetailsByCustomerId", ["CustomerId": "42"])
        #expect(try await desk().crm(unknown).status == 404)
        let theirs = CallbackReply.ok(["objects": ["customer": ["customer_id": "42"]]])
        #expect(try await desk(backup: Backup(reply: theirs)).crm(unknown) == theirs)
        #expect(try await desk(backup: Backup(reply: nil)).crm(unknown).status == 404)
        #expect(try await desk().crm(try question("Something")).status == 422)
    }

    @Test("The list is the other CRM's, or the agent's own conversations while that one is away")
    func list() async throws {
        let list = try question("GetCustomersList")
        let theirs = CallbackReply.ok(["objects": ["customers": [], "searchable": true]])
        #expect(try await desk(backup: Backup(reply: theirs)).crm(list) == theirs)
        for backup in [Backup(reply: nil), Backup(reply: .refused(500, code: "x"))] {
            let own = try await desk(backup: backup).crm(list)
            #expect(own.body["objects"]?["customers"]?[0]?["display_name"]?.string == "ana")
        }
    }

    @Test("Outgoing conversations get the number of their channel, or none and an error")
    func outgoing() throws {
        let desk = try desk()
        func ask(_ type: String) throws -> CallbackReply {
            desk.outgoing(try question("GetProxyAddress", ["ChannelType": type]))
        }
        #expect(try ask("sms") == .ok(["proxy_address": "+15005550006"]))
        #expect(try ask("whatsapp") == .ok(["proxy_address": "whatsapp:+15005550007"]))
        #expect(try ask("email").status == 422)
    }

    @Test("Templates are grouped, filled in as text, and what has no value is left out")
    func templates() async throws {
        let asked = try question("GetTemplatesByCustomerId", ["CustomerId": Self.known])
        let answer = try await desk().templates(asked)
        let expected: JSONValue = [
            [
                "display_name": "Hello",
                "templates": [
                    ["content": "Hi José <b>, this is ana."],
                    ["content": "Your number: +34600111222", "whatsAppApproved": true],
                ],
            ],
            ["display_name": "Bye", "templates": [["content": "Bye."]]],
        ]
        #expect(answer.body == expected, "\(answer.body)")
    }
}
