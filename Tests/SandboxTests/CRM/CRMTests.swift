import Events
import Hosting
import NIOHTTP1
import Testing

@testable import Sandbox

/// The Sandbox's CRM without a network.
@Suite struct CRMTests {
    private var project = TestProject()

    @discardableResult
    private mutating func ask(
        _ method: RestMethod, _ path: String, _ query: [(String, String)] = [], body: JSONValue? = nil,
        ifMatch: String? = nil
    ) throws(TwilioProblem) -> (status: Int, json: JSONValue) {
        let answer = try project.perform(
            method, path, query: query, body: body?.bytes ?? [], contentType: "application/json", ifMatch: ifMatch,
            router: TestProject.crm)
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null)
    }

    private mutating func problem(
        _ method: RestMethod, _ path: String, body: JSONValue? = nil, ifMatch: String? = nil
    ) -> Int? {
        do throws(TwilioProblem) {
            try ask(method, path, body: body, ifMatch: ifMatch)
            return nil
        } catch { return error.status }
    }

    private mutating func ids(_ query: [(String, String)]) throws -> [String] {
        try ask(.get, "contacts", query).json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
    }

    @Test("It begins with forty people of many countries, two of whom share a number")
    mutating func seeds() throws {
        #expect(CRMSeed.people.count == 40)
        #expect(Set(CRMSeed.people.map(\.country)).count > 20)
        #expect(try ids([("phone", "+442079460018")]).count == 2)
        #expect(try ids([("phone", "+34600111222")]).count == 1)
        #expect(CRMSeed.people.contains { $0.name.contains("<img") })
    }

    @Test(
        "A number is found by all its digits, or by its end when nobody has it whole",
        arguments: [
            ("+34 600 111 222", "phone_exact"), ("600111222", "phone_suffix"), ("0034600111222", "phone_suffix"),
        ])
    mutating func byPhone(text: String, reason: String) throws {
        let answer = try ask(.get, "contacts", [("phone", text)]).json["items"]?.array
        #expect(answer?.map { $0["name"]?.string } == ["María López"])
        #expect(answer?.first?["matched_on"]?.string == reason)
        #expect(try ids([("phone", "111222")]).isEmpty)
    }

    @Test("People are found by e-mail, words and id, and listed page by page without repeats")
    mutating func otherSearches() throws {
        #expect(try ids([("email", "MARIA.lopez@example.com")]) == ["C-1001"])
        #expect(try ids([("q", "panadería")]) == ["C-1001"])
        #expect(try ids([("id", "C-1001")]) == ["C-1001"])
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try ask(.get, "contacts", [("limit", "7")] + (cursor.map { [("cursor", $0)] } ?? [])).json
            seen += page["items"]?.array?.compactMap { $0["id"]?.string } ?? []
            cursor = page["nextCursor"]?.string
        } while cursor != nil
        #expect(seen.count == 40 && Set(seen).count == 40)
    }

    @Test("A contact that is made twice under one key is one, by POST and by PUT")
    mutating func idempotency() throws {
        let draft: JSONValue = ["name": "Ann", "phone": "+34611", "idempotency_key": "k1"]
        let first = try ask(.post, "contacts", body: draft)
        let second = try ask(.post, "contacts", body: draft)
        #expect(first.status == 201 && second.status == 200 && second.json["duplicate"] == true)
        #expect(first.json["id"] == second.json["id"])
        let put: JSONValue = ["name": "Bea", "phones": ["+34622"], "emails": ["bea@example.com"], "detail": "Bea Ltd"]
        #expect(try ask(.put, "contacts/own-key", body: put).status == 201)
        let again = try ask(.put, "contacts/own-key", body: put)
        #expect(again.status == 200 && again.json["company"] == "Bea Ltd" && again.json["revision"] == 2)
        #expect(try ids([("phone", "+34622")]) == ["own-key"] && again.json["emails"]?.array == ["bea@example.com"])
    }

    @Test("A change with a stale revision is refused, and what cannot be is named")
    mutating func refused() throws {
        #expect(problem(.put, "contacts/C-1001", body: ["company": "x"], ifMatch: "\"7\"") == 412)
        #expect(problem(.put, "contacts/C-1001", body: ["company": "x"], ifMatch: "\"1\"") == nil)
        #expect(problem(.post, "contacts", body: ["name": ""]) == 400)
        #expect(problem(.post, "contacts", body: ["name": .string(String(repeating: "a", count: 201))]) == 400)
        #expect(problem(.get, "contacts/nobody") == 404)
        #expect(problem(.post, "cases", body: ["title": "x", "contact": "nobody"]) == 404)
        #expect(problem(.put, "cases/new", body: ["description": "no title"]) == 400)
    }

    @Test("An activity is written once however often it comes, and an older revision changes nothing")
    mutating func activities() throws {
        let path = "activities/WT1:ana.ruiz"
        func log(_ revision: Int, _ notes: String) -> JSONValue {
            [
                "interactionId": "WT1", "agentId": "ana.ruiz", "revision": .number(JSONNumber(revision)),
                "record": ["entity": "contact", "id": "C-1001"], "notes": .string(notes),
            ]
        }
        project.forget()
        #expect(try ask(.put, path, body: log(1, "first")).status == 201)
        #expect(try ask(.put, path, body: log(2, "second")).status == 200)
        #expect(try ask(.put, path, body: log(1, "late")).status == 200)
        let list = try ask(.get, "activities", [("contact", "C-1001")]).json["items"]?.array ?? []
        #expect(list.map { $0["log"]?["notes"]?.string } == ["second"])
        #expect(list.first?["agent"] == "ana.ruiz")
        #expect(try ask(.get, "activities", [("agent", "ben")]).json["total"] == 0)
        #expect(project.changes.filter { $0.kind == .activity }.map(\.action) == [.added, .updated])
    }

    @Test("Cases are made, moved on and listed by contact")
    mutating func cases() throws {
        let made = try ask(.put, "cases/k", body: ["title": "Broken", "contact": "C-1002"])
        #expect(made.status == 201 && made.json["status"] == "open")
        #expect(try ask(.put, "cases/k", body: ["status": "closed"]).json["status"] == "closed")
        #expect(problem(.put, "cases/k", body: ["status": "gone"]) == 400)
        let list = try ask(.get, "cases", [("contact", "C-1002"), ("status", "closed")]).json["items"]?.array
        #expect(list?.map { $0["title"]?.string } == ["Broken"])
    }

    @Test("The CRM's faults are its own: those of all projects do not meet it, nor its theirs")
    func faults() throws {
        let now = TestProject.start
        let document = try JSONValue(
            parsing: Array(
                #"{"rules":[{"effect":{"status":500}},{"project":"crm","match":{"product":"crm"},"effect":{"timeout":true}}]}"#
                    .utf8))
        var plan = try FaultPlan(json: document, projects: ["flex"], now: now)
        let crm = plan.decide(project: "crm", product: "crm", method: .get, path: "/contacts", now: now)
        #expect(crm.effect == .timeout(isDone: false))
        let flex = plan.decide(project: "flex", product: "api", method: .get, path: "/x", now: now)
        #expect(flex.effect == .status(500, retryAfter: nil, isDone: false))
    }

    @Test("What goes wrong is said in the CRM's own words")
    func errors() throws {
        let answer = SandboxCore.crmAnswer(TwilioProblem.notFound("/contacts/x").answer)
        let json = try JSONValue(parsing: answer.body)
        #expect(answer.status == 404 && json["error"]?["code"] == "not_found")
        #expect(json["error"]?["message"]?.string?.contains("/contacts/x") == true)
    }
}
