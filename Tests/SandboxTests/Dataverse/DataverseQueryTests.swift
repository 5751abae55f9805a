import Events
import Testing

@testable import Sandbox

/// Reading: columns, order, pages, keys, and what comes along.
@Suite struct DataverseQueryTests {
    private var organization = TestOrganization(contacts: 120)

    private func names(_ json: JSONValue) -> [String] {
        json["value"]?.array?.compactMap { $0["fullname"]?.string } ?? []
    }

    @Test("The chosen columns come, with key, entity tag and context; unknown ones are refused")
    mutating func select() throws {
        let json = try organization.ask(.get, "contacts", "$select=fullname,telephone1&$top=1").json
        #expect(json["@odata.context"]?.string == TestOrganization.root + "$metadata#contacts(fullname,telephone1)")
        let row = try #require(json["value"]?[0]?.object)
        #expect(Set(row.members.map(\.name)) == ["@odata.etag", "fullname", "telephone1", "contactid"])
        #expect(row["fullname"]?.string == "María López")
        let refusal = organization.refusal(.get, "contacts", "$select=fullname,nosuch")
        #expect(
            refusal?.message == "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.contact'.")
        #expect(refusal?.code == "0x80060888")
        #expect(organization.refusal(.get, "incidents", "$select=customerid")?.status == 400)
        #expect(try organization.ask(.get, "incidents", "$select=_customerid_value").answer.status == 200)
        #expect(try organization.ask(.get, "contacts", "$top=1").json["value"]?[0]?["pager"] == .null)
    }

    @Test("Pages follow each other by their links, opaque and sealed, without repeats or gaps")
    mutating func pages() throws {
        var query = "$select=fullname,contactid&$orderby=lastname desc&$count=true"
        var seen: [String] = []
        var pages = 0
        while true {
            let (answer, json) = try organization.ask(.get, "contacts", query) { $0.preferences.maxPageSize = 50 }
            #expect(answer.headers.contains { $0.name == "Preference-Applied" && $0.value == "odata.maxpagesize=50" })
            #expect(json["@odata.count"]?.integer == 120)
            seen += json["value"]?.array?.compactMap { $0["contactid"]?.string } ?? []
            pages += 1
            guard let link = json["@odata.nextLink"]?.string else { break }
            #expect(link.hasPrefix(TestOrganization.root + "contacts?"))
            query = String(link.drop { $0 != "?" }.dropFirst())
        }
        #expect(pages == 3 && seen.count == 120 && Set(seen).count == 120)
        let edited = query.replacing("100-", with: "90-")
        #expect(edited != query && organization.refusal(.get, "contacts", edited)?.status == 400)
    }

    @Test("Order is by text without case, ties as they came; what is empty comes first, or last when it goes down")
    mutating func order() throws {
        var organization = TestOrganization()
        try organization.put(
            "contacts",
            [["lastname": "b", "firstname": "1"], ["lastname": "A"], ["firstname": "x"], ["lastname": "B"]])
        func order(_ text: String) throws -> [String] {
            names(try organization.ask(.get, "contacts", "$orderby=\(text)").json)
        }
        #expect(try order("lastname") == ["x", "A", "1 b", "B"])
        #expect(try order("lastname desc") == ["1 b", "B", "A", "x"])
        #expect(try order("lastname asc,firstname desc") == ["x", "A", "1 b", "B"])
        #expect(organization.refusal(.get, "contacts", "$orderby=lastname up")?.status == 400)
    }

    @Test(
        "Options that Dataverse lacks are refused, and those that only the Sandbox lacks too, each in its own way",
        arguments: [
            ("$skip=1", 400), ("$nosuch=1", 400), ("$top=x", 400), ("$top=1&$top=2", 400), ("$count=yes", 400),
            ("$search=a", 501), ("$apply=a", 501), ("fetchXml=a", 501), ("other=1", 0),
        ])
    mutating func options(query: String, status: Int) {
        #expect((organization.refusal(.get, "contacts", query)?.status ?? 0) == status)
    }

    @Test(
        "A path leads to a row, a table, or nowhere",
        arguments: [
            ("contacts(00000000-0000-4000-8000-000000000009)", 404, "0x80040217"), ("contact", 404, "0x80060888"),
            ("contacts(1)", 400, "0x80060888"), ("contacts('a')", 400, "0x80060888"), ("contacts(", 400, "0x80060888"),
            ("contacts(emailaddress1='a')", 501, "0x80060888"), ("$batch", 501, "0x80060888"),
            ("contacts/x", 404, "0x80060888"),
        ])
    mutating func paths(path: String, status: Int, code: String) {
        let refusal = organization.refusal(.get, path)
        #expect(refusal?.status == status && refusal?.code == code)
    }

    @Test("A row is read by its key, and not again when it has not changed")
    mutating func byKey() throws {
        let id = DataverseSeed.contactID(1, 0).text
        for path in ["contacts(\(id))", "contacts(\(id.uppercased()))", "contacts(contactid=\(id))"] {
            let (answer, json) = try organization.ask(.get, path, "$select=fullname")
            #expect(answer.status == 200 && json["fullname"]?.string == "María López")
            #expect(json["@odata.context"]?.string == TestOrganization.root + "$metadata#contacts(fullname)/$entity")
            let tag = try #require(json["@odata.etag"]?.string)
            #expect(tag.hasPrefix("W/\""))
            #expect(try organization.ask(.get, path) { $0.ifNoneMatch = tag }.answer.status == 304)
            #expect(try organization.ask(.get, path) { $0.ifNoneMatch = "null" }.answer.status == 200)
            let annotated = try organization.ask(.get, path) {
                $0.ifNoneMatch = tag
                $0.preferences.annotations = ["*"]
            }
            #expect(annotated.answer.status == 200)
        }
    }

    @Test("Annotations name what choices and lookups mean, when they are asked for")
    mutating func annotations() throws {
        let query = "$select=statecode,_customerid_value&$top=1"
        let plain = try #require(try organization.ask(.get, "incidents", query).json["value"]?[0]?.object)
        #expect(plain.count == 4)
        let row = try #require(
            try organization.ask(.get, "incidents", query) {
                $0.preferences = DataversePreferences(["odata.include-annotations=\"*\""])
            }
            .json["value"]?[0])
        #expect(row["statecode@OData.Community.Display.V1.FormattedValue"]?.string == "Active")
        #expect(row["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"]?.string == "contact")
        #expect(row["_customerid_value@OData.Community.Display.V1.FormattedValue"]?.string == "María López")
    }

    @Test("A related row comes along when it is asked for")
    mutating func expansion() throws {
        let query = "$expand=customerid_contact($select=fullname),customerid_account&$top=1"
        let row = try organization.ask(.get, "incidents", query).json["value"]?[0]
        #expect(row?["customerid_contact"]?["fullname"]?.string == "María López")
        #expect(row?["customerid_account"] == .null)
        #expect(organization.refusal(.get, "incidents", "$expand=nosuch")?.status == 400)
    }

    @Test("The document of the service, its schema and the user are there")
    mutating func service() throws {
        let sets = try organization.ask(.get, "").json["value"]?.array?.compactMap { $0["name"]?.string }
        #expect(sets?.contains("contacts") == true)
        let user = try organization.ask(.get, "WhoAmI").json["UserId"]?.string
        #expect(user == DataverseSeed.applicationUser.text)
        let schema = String(decoding: try organization.ask(.get, "$metadata").answer.body, as: UTF8.self)
        for name in ["<EntitySet Name=\"contacts\"", "regardingobjectid_incident_phonecall", "_customerid_value"] {
            #expect(schema.contains(name))
        }
    }
}
