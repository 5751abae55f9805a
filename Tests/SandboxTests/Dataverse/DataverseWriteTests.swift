import Events
import Testing

@testable import Sandbox

/// Creating, changing and deleting.
@Suite struct DataverseWriteTests {
    private var organization = TestOrganization()
    private let contact = "00000000-0000-4000-8000-000000000001"
    private let call = "10000000-0000-4000-8000-000000000001"
    private var newCase: JSONValue {
        ["title": "Parcel damaged", "customerid_contact@odata.bind": .string("/contacts(\(contact))")]
    }

    init() throws {
        try organization.put(
            "contacts", [["contactid": .string(contact), "lastname": "López", "emailaddress1": "a@b.c"]])
    }

    @Test("A case gets a number, an owner and a state; with its representation in one round trip")
    mutating func creates() throws {
        let (answer, json) = try organization.ask(.post, "incidents", "$select=ticketnumber,statecode", body: newCase) {
            $0.preferences.returnsRepresentation = true
        }
        #expect(answer.status == 201 && json["ticketnumber"]?.string?.hasPrefix("CAS-01001-") == true)
        #expect(json["statecode"]?.integer == 0 && json["title"] == nil)
        let plain = try organization.ask(.post, "incidents", body: newCase).answer
        #expect(plain.status == 204 && plain.body.isEmpty)
        let link = try #require(plain.headers.first { $0.name == "OData-EntityId" }?.value)
        #expect(link.hasPrefix(TestOrganization.root + "incidents("))
        let stored = try organization.ask(.get, String(link.dropFirst(TestOrganization.root.count))).json
        #expect(stored["_ownerid_value"]?.string == DataverseSeed.applicationUser.text)
        #expect(stored["_customerid_value"]?.string == contact)
    }

    @Test("PATCH makes or changes; each condition forbids one of the two")
    mutating func upserts() throws {
        let path = "phonecalls(\(call))"
        #expect(organization.refusal(.patch, path, body: ["subject": "a"]) { $0.ifMatch = "*" }?.status == 404)
        #expect(
            try organization.ask(.patch, path, body: ["subject": "a"]) { $0.ifNoneMatch = "*" }.answer.status == 204)
        let again = organization.refusal(.patch, path, body: ["subject": "b"]) { $0.ifNoneMatch = "*" }
        #expect(again == .exists && again?.status == 412 && again?.code == "0x80040237")
        let before = try organization.ask(.get, path).json
        #expect(before["subject"]?.string == "a" && before["statuscode"]?.integer == 1)
        organization.now = organization.now.advanced(by: .seconds(5))
        #expect(try organization.ask(.patch, path, body: ["subject": "c"]) { $0.ifMatch = "*" }.answer.status == 204)
        let tag = before["@odata.etag"]?.string
        let stale = organization.refusal(.patch, path, body: ["subject": "d"]) { $0.ifMatch = tag }
        #expect(stale?.status == 412 && stale?.code == "0x80060882")
        let after = try organization.ask(.get, path).json
        #expect(after["subject"]?.string == "c" && after["createdon"] == before["createdon"])
        #expect(after["modifiedon"] != before["modifiedon"] && after["@odata.etag"] != before["@odata.etag"])
        #expect(organization.organization.count(.phonecall) == 1)
        let shown = try organization.ask(.patch, path, body: ["subject": "e"]) {
            $0.preferences.returnsRepresentation = true
            $0.ifMatch = after["@odata.etag"]?.string
        }
        #expect(shown.answer.status == 200 && shown.json["subject"]?.string == "e")
    }

    @Test("A refused write leaves nothing behind")
    mutating func atomic() throws {
        var body = newCase.object ?? JSONObject()
        body["productid@odata.bind"] = .string("/products(\(contact))")
        #expect(organization.refusal(.post, "incidents", body: .object(body))?.status == 404)
        let party: JSONValue = [
            "participationtypemask": 1, "partyid_account@odata.bind": .string("/accounts(\(contact))"),
        ]
        let phone: JSONValue = ["subject": "a", "phonecall_activity_parties": [party]]
        #expect(organization.refusal(.patch, "phonecalls(\(call))", body: phone)?.status == 404)
        #expect(organization.organization.count(.incident) == 0 && organization.organization.count(.phonecall) == 0)
        #expect(organization.organization.count(.activityparty) == 0)
    }

    @Test(
        "A body is checked member by member",
        arguments: [
            (#"{"title":"a"}"#, "0x80040203"), (#"{"customerid_contact@odata.bind":"/contacts(ID)"}"#, "0x80040203"),
            (#"{"title":"","customerid_contact@odata.bind":"/contacts(ID)"}"#, "0x80040203"),
            (#"{"title":"a","nosuch":1,"customerid_contact@odata.bind":"/contacts(ID)"}"#, "0x80048d19"),
            (#"{"title":1,"customerid_contact@odata.bind":"/contacts(ID)"}"#, "0x80048d19"),
            (#"{"title":"a","customerid@odata.bind":"/contacts(ID)"}"#, "0x80048d19"),
            (#"{"title":"a","customerid_contact@odata.bind":"/accounts(ID)"}"#, "0x80048d19"),
            (#"{"title":"a","customerid_contact@odata.bind":"/contacts(undefined)"}"#, "0x80048d19"),
            (#"{"title":"a","_customerid_value":"ID"}"#, "0x80048d19"),
            (#"{"title":"a","caseorigincode":9,"customerid_contact@odata.bind":"/contacts(ID)"}"#, "0x8004431A"),
            (
                #"{"title":"a","statuscode":5,"statecode":0,"customerid_contact@odata.bind":"/contacts(ID)"}"#,
                "0x80048408"
            ),
            (#"[1]"#, "0x80048d19"), ("", "0x80048d19"),
        ])
    mutating func checks(text: String, code: String) throws {
        let bytes = Array(text.replacing("ID", with: contact).utf8)
        let refusal = organization.refusal(.post, "incidents") { $0.body = bytes }
        #expect(refusal?.status == 400 && refusal?.code == code, "\(text): \(String(describing: refusal))")
        #expect(organization.organization.count(.incident) == 0)
    }

    @Test("Texts have lengths")
    mutating func lengths() throws {
        let long = JSONValue.string(String(repeating: "x", count: 201))
        #expect(organization.refusal(.post, "phonecalls", body: ["subject": long])?.code == "0x80044331")
        let full = JSONValue.string(String(repeating: "x", count: 200))
        #expect(try organization.ask(.post, "phonecalls", body: ["subject": full]).answer.status == 204)
    }

    @Test("A call has its parties, what it regards and its state; a later revision takes their place")
    mutating func phoneCalls() throws {
        let agent = GUID.seeded(0, "systemuser/ana.ruiz", 0).text
        let parties: JSONValue = [
            ["participationtypemask": 1, "partyid_contact@odata.bind": .string("/contacts(\(contact))")],
            ["participationtypemask": 2, "partyid_systemuser@odata.bind": .string("/systemusers(\(agent))")],
        ]
        let body: JSONValue = [
            "subject": "Call", "phonenumber": "+34600111222", "directioncode": false, "actualdurationminutes": 3,
            "actualstart": "2026-11-24T09:30:00.250Z", "statecode": 1, "statuscode": 4,
            "regardingobjectid_contact_phonecall@odata.bind": .string("contacts(\(contact))"),
            "phonecall_activity_parties": parties,
        ]
        for _ in 0..<2 { try organization.ask(.patch, "phonecalls(\(call))", body: body) }
        let json = try organization.ask(
            .get, "phonecalls(\(call))",
            "$expand=phonecall_activity_parties($select=_partyid_value,participationtypemask)"
        ).json
        #expect(json["actualstart"]?.string == "2026-11-24T09:30:00Z" && json["statecode"]?.integer == 1)
        #expect(json["_regardingobjectid_value"]?.string == contact)
        let stored = json["phonecall_activity_parties"]?.array ?? []
        #expect(stored.map { $0["_partyid_value"]?.string } == [contact, agent])
        #expect(stored.map { $0["participationtypemask"]?.integer } == [1, 2])
        #expect(try organization.find("phonecalls", "activityid", "_regardingobjectid_value eq \(contact)") == [call])
        #expect(try organization.ask(.delete, "phonecalls(\(call))").answer.status == 204)
        #expect(organization.organization.count(.activityparty) == 0)
        #expect(organization.refusal(.get, "phonecalls(\(call))")?.status == 404)
    }

    @Test("Who acts for somebody else makes him the owner; nobody is refused")
    mutating func impersonation() throws {
        let agent = DataverseSeed.objectID(of: "ana.ruiz").text
        try organization.ask(.patch, "phonecalls(\(call))", body: ["subject": "a"]) { $0.callerObjectID = agent }
        let owner = try organization.ask(.get, "phonecalls(\(call))", "$expand=ownerid($select=fullname)").json[
            "ownerid"]
        #expect(owner?["fullname"]?.string == "Ana Ruiz")
        for nobody in [call, "nobody"] {
            let refusal = organization.refusal(.get, "contacts") { $0.callerObjectID = nobody }
            #expect(refusal?.status == 403 && refusal?.code == "0x80072560")
        }
    }

    @Test("Duplicates are looked for when it is asked for only")
    mutating func duplicates() throws {
        let body: JSONValue = ["lastname": "Other", "emailaddress1": "A@B.C"]
        let refusal = organization.refusal(.post, "contacts", body: body) { $0.detectsDuplicates = true }
        #expect(refusal?.code == "0x80040333")
        #expect(try organization.ask(.post, "contacts", body: body).answer.status == 204)
        let itself = try organization.ask(.patch, "contacts(\(contact))", body: ["lastname": "L"])
        #expect(itself.answer.status == 204)
    }

    @Test("A row is deleted with the right tag only, and created once")
    mutating func deletes() throws {
        let path = "contacts(\(contact))"
        #expect(organization.refusal(.delete, path) { $0.ifMatch = "W/\"1\"" }?.status == 412)
        #expect(organization.refusal(.post, "contacts", body: ["contactid": .string(contact)]) == .exists)
        #expect(try organization.ask(.delete, path).answer.status == 204)
        #expect(try organization.find("contacts", "lastname", "lastname eq 'lópez'").isEmpty)
        #expect(organization.refusal(.delete, path)?.status == 404)
        #expect(organization.refusal(.delete, "contacts")?.status == 405)
        #expect(organization.refusal(.post, "activityparties", body: [:])?.status == 405)
    }

    @Test("An index forgets what a row no longer says")
    mutating func indexFollows() throws {
        func found(_ number: String) throws -> Int {
            try organization.find("contacts", "contactid", "telephone1 eq '\(number)'").count
        }
        #expect(try found("1") == 0)
        for number in ["1", "2", "1", "1"] {
            try organization.ask(.patch, "contacts(\(contact))", body: ["telephone1": .string(number)])
        }
        #expect(try found("1") == 1 && found("2") == 0)
        try organization.ask(.patch, "contacts(\(contact))", body: ["telephone1": nil])
        #expect(try found("1") == 0)
    }
}
