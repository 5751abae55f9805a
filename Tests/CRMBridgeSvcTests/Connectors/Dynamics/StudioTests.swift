import Events
import Hosting
import Logging
import Testing

@testable import CRMBridgeSvc

@Suite(.timeLimit(.minutes(1)))
struct StudioTests {
    private func draft(_ values: [(String, JSONValue)]) throws(CRMError) -> CaseDraft {
        try StudioCase.draft(JSONObject(values))
    }

    @Test("A flow's texts are decoded as the sample's are, and its own words are no columns")
    func texts() throws {
        let draft = try draft([
            ("contactid", "6f9619ff-8b86-d011-b42d-00c04fc964ff"), ("title", "It%27s+broken%20%26%20worse"),
            ("description", "100% of it"), ("productName", "O%27Neill"), ("subject", ""), ("caseorigincode", "1"),
            ("CallSid", "CA1"), ("emailaddress", "a+b@x.es"), ("prioritycode", ""),
        ])
        #expect(draft.title == "It's broken & worse" && draft.description == "100% of it")
        #expect(draft.product == "O'Neill" && draft.subject == nil)
        #expect(draft.columns.members.map(\.name) == ["caseorigincode", "emailaddress"])
        #expect(draft.columns["emailaddress"] == "a+b@x.es")
        #expect(StudioCase.decoded("%zz%2") == "%zz%2" && StudioCase.decoded("%ff") == "%ff")
    }

    @Test("What is missing or no column is named")
    func refused() {
        #expect(throws: CRMError.refused(field: "title")) { try draft([("contactid", "x")]) }
        #expect(throws: CRMError.refused(field: "contactid")) { try draft([("title", "x")]) }
        #expect(throws: CRMError.refused(field: "request")) {
            try draft([("title", "x"), ("contactid", "x"), ("request", ["headers": 1])])
        }
        #expect(throws: CRMError.refused(field: "customerid_contact@odata.bind")) {
            try draft([("title", "x"), ("contactid", "x"), ("customerid_contact@odata.bind", "/contacts(x)")])
        }
        #expect(throws: CRMError.refused(field: "title")) {
            try draft([("title", .string(String(repeating: "x", count: 201))), ("contactid", "x")])
        }
    }

    private struct Slow: ContactFinder {
        let matches: ContactMatches

        func find(_ query: ContactQuery, limit: Int) async -> ContactMatches { matches }
    }

    private func routes(_ crm: any CRMConnector, _ matches: ContactMatches) -> StudioRoutes {
        StudioRoutes(
            connector: GuardedConnector(crm, registry: MetricsRegistry()), finder: Slow(matches: matches), region: "ES")
    }

    private func ask(
        _ routes: StudioRoutes, _ path: String, _ body: JSONValue, role: String = "service"
    ) async throws -> (Int, JSONValue)? {
        let request = CRMRequest(
            method: "POST", path: ["studio", path], body: body.bytes,
            actor: CRMActor(subject: "studio:flex", role: role))
        return try await routes.answer(request).map { ($0.status, (try? JSONValue(parsing: $0.body)) ?? .null) }
    }

    @Test("A lookup has an answer for one, nobody, several and a CRM that is away; agents do not get here")
    func lookups() async throws {
        let crm = BuiltinConnector(
            store: MemoryStore(), region: nil, activityAge: .seconds(60), now: { WallClock.now() })
        var contact = Contact(
            id: "6f9619ff-8b86-d011-b42d-00c04fc964ff", name: "Ana María Ruiz", phones: ["600 111 222"],
            emails: ["ana@x.es"])
        (contact.firstName, contact.lastName) = ("Ana María", "Ruiz")
        let ana = contact.match(.phoneExact)
        let one = try await ask(routes(crm, ContactMatches(matches: [ana])), "contacts", ["phone": "+34600111222"])
        #expect(one?.0 == 200 && one?.1["contactid"]?.string == ana.record.id && one?.1["lastname"] == "Ruiz")
        #expect(one?.1["firstname"] == "Ana María" && one?.1["emailaddress1"] == "ana@x.es")
        #expect(one?.1["telephone1"] == "600 111 222" && one?.1["fullname"] == nil)
        let none = try await ask(routes(crm, ContactMatches()), "contacts", ["phone": "+34600111222"])
        #expect(none?.0 == 200 && none?.1 == [:])
        let many = try await ask(routes(crm, ContactMatches(matches: [ana, ana])), "contacts", ["phone": "1"])
        #expect(many?.1["ambiguous"] == true && many?.1["contactid"] == nil)
        let away = try await ask(routes(crm, ContactMatches(isUnavailable: true)), "contacts", ["phone": "1"])
        #expect(away?.0 == 200 && away?.1 == ["unavailable": true])
        #expect(try await ask(routes(crm, ContactMatches()), "contacts", [:])?.0 == 400)
        for role in ["agent", "supervisor", "admin"] {
            #expect(try await ask(routes(crm, ContactMatches()), "contacts", ["phone": "1"], role: role) == nil)
        }
    }

    @Test("A CRM without columns of its own names the one it does not take")
    func extended() async throws {
        let crm = BuiltinConnector(
            store: MemoryStore(), region: nil, activityAge: .seconds(60), now: { WallClock.now() })
        let answer = try await ask(
            routes(crm, ContactMatches()), "cases",
            ["key": "k1", "values": ["title": "T", "contactid": "ct_1", "prioritycode": "1"]])
        #expect(answer?.0 == 400 && answer?.1["field"] == "prioritycode")
        #expect(try await ask(routes(crm, ContactMatches()), "cases", ["values": ["title": "T"]])?.0 == 400)
    }
}
