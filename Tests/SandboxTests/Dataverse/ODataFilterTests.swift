import Events
import TestSupport
import Testing

@testable import Sandbox

/// `$filter`, read and applied.
@Suite struct ODataFilterTests {
    private var organization = TestOrganization()

    init() throws {
        try organization.put(
            "contacts",
            [
                [
                    "contactid": "00000000-0000-4000-8000-000000000001", "firstname": "Ana", "lastname": "O'Hara",
                    "telephone1": "+34 600 111 222", "donotphone": true, "gendercode": 2,
                    "createdon": "2026-01-01T10:00:00Z",
                ],
                [
                    "contactid": "00000000-0000-4000-8000-000000000002", "firstname": "BEN", "lastname": "Müller",
                    "telephone1": "+34600111222", "mobilephone": "0600 111 222", "gendercode": 1,
                    "createdon": "2026-02-01T10:00:00Z",
                ],
                ["contactid": "00000000-0000-4000-8000-000000000003", "lastname": "Ångström"],
            ])
    }

    @Test(
        "Conditions find the rows that meet them",
        arguments: [
            ("telephone1 eq '+34600111222'", "2"), ("firstname eq 'ben'", "2"), ("FIRSTNAME eq 'ben'", nil),
            ("lastname eq 'o''hara'", "1"), ("lastname eq 'O''HARA' or lastname eq 'müller'", "12"),
            ("lastname eq 'MÜLLER'", "2"), ("firstname eq null", "3"), ("firstname ne null", "12"),
            ("firstname ne 'Ana'", "23"), ("not (firstname eq 'Ana')", "23"), ("not firstname eq 'ana'", "23"),
            ("contains(telephone1,'600')", "12"), ("contains(telephone1,'600 1')", "1"),
            ("startswith(lastname,'å')", "3"), ("endswith(telephone1, '222') and gendercode eq 1", "2"),
            ("contains(telephone1,'6%1%2')", "12"), ("contains(telephone1,'0 _11')", "1"),
            ("contains(lastname,'[%]')", ""),
            ("startswith(telephone1,'_34 6')", "1"), ("endswith(telephone1,'1%2')", "12"),
            ("not contains(telephone1,'600')", "3"), ("contains(telephone1,'600') eq false", "3"),
            ("gendercode gt 1", "1"), ("gendercode ge 1", "12"), ("gendercode lt 2", "2"), ("2 le gendercode", "1"),
            ("donotphone eq true", "1"), ("donotphone", "1"), ("donotphone ne true", "23"),
            ("createdon ge 2026-01-15T00:00:00Z and createdon lt 2026-03-01", "2"),
            ("contactid eq 00000000-0000-4000-8000-000000000003", "3"),
            ("contactid eq 00000000-0000-4000-8000-00000000000a", ""),
            // and binds before or; parentheses change that.
            ("firstname eq 'Ana' or firstname eq 'Ben' and gendercode eq 2", "1"),
            ("(firstname eq 'Ana' or firstname eq 'Ben') and gendercode eq 1", "2"),
            ("(telephone1 eq 'x' or mobilephone eq '0600 111 222') and lastname ne null", "2"),
        ] as [(String, String?)])
    mutating func conditions(filter: String, expected: String?) throws {
        guard let expected else {
            #expect(organization.refusal(.get, "contacts", "$filter=\(FormText.encoded(filter))")?.status == 400)
            return
        }
        let found = try organization.find("contacts", "contactid", filter).map { String($0.suffix(1)) }.joined()
        #expect(found == expected, "\(filter)")
    }

    @Test(
        "What is no condition is refused with 400 and Dataverse's code",
        arguments: [
            "", "telephone1", "telephone1 eq", "telephone1 eq '+34", "telephone1 eq '1' and", "(telephone1 eq '1'",
            "telephone1 eq '1')", "telephone1 = '1'", "telephone1 eq 1", "gendercode eq '1'", "gendercode eq 1.5",
            "contactid eq '00000000-0000-4000-8000-000000000001'", "nosuch eq '1'", "telephone1 eq \"1\"",
            "donotphone eq 'true'", "createdon gt 'yesterday'", "contains(gendercode,'1')", "contains(telephone1)",
            "telephone1 eq @p1", "telephone1 like '1'", "telephone1 eq '1' or or telephone1 eq '2'",
            "customerid eq null",
        ])
    mutating func nonsense(filter: String) {
        let refusal = organization.refusal(.get, "contacts", "$filter=\(FormText.encoded(filter))")
        #expect(refusal?.status == 400 && refusal?.code == "0x80060888", "\(filter): \(String(describing: refusal))")
    }

    @Test("What the Sandbox lacks it says so, and does not answer something else")
    mutating func lacking() {
        for filter in ["tolower(firstname) eq 'a'", "primarycontactid/fullname eq 'a'", "firstname eq lastname"] {
            #expect(organization.refusal(.get, "contacts", "$filter=\(FormText.encoded(filter))")?.status == 501)
        }
    }

    @Test("A plus that is not percent-encoded is a space, so the number is not found")
    mutating func plus() throws {
        func count(_ query: String) throws -> Int? {
            try organization.ask(.get, "contacts", query).json["value"]?.array?.count
        }
        #expect(try count("$filter=telephone1 eq '+34600111222'") == 0)
        #expect(try count("$filter=telephone1%20eq%20'%2B34600111222'") == 1)
        #expect(try count("$filter=telephone1+eq+@p1&@p1='%2B34600111222'") == 1)
    }

    @Test("Nesting and conditions are bounded")
    mutating func bounds() {
        let deep = String(repeating: "(", count: 200) + "firstname eq 'a'" + String(repeating: ")", count: 200)
        let wide = (0...500).map { "firstname eq '\($0)'" }.joined(separator: " or ")
        for filter in [deep, wide] {
            #expect(organization.refusal(.get, "contacts", "$filter=\(FormText.encoded(filter))")?.status == 400)
        }
    }

    @Test("Any text in quotes is a text and nothing else", arguments: 1...200)
    mutating func anyText(seed: Int) throws {
        var generator = Sandbox.SeededGenerator(seed: UInt64(seed))
        let signs = Array("ab'\"()+ ,%&#;/\\eqorand0é日<>")
        let text = String((0..<generator.below(24)).map { _ in signs[generator.below(signs.count)] })
        try organization.put("contacts", [["firstname": .string(text), "lastname": "drawn"]])
        let literal = "'" + text.replacing("'", with: "''") + "'"
        let found = try organization.find(
            "contacts", "firstname", "lastname eq 'drawn' and firstname eq \(literal)")
        #expect(found == [text], "seed \(seed)")
        #expect(try organization.find("contacts", "lastname", "firstname eq \(literal)").contains("drawn"))
    }

    @Test("An index and a look at every row find the same", arguments: 1...20)
    func indexes(seed: Int) throws {
        var organization = TestOrganization(contacts: 300, seed: UInt64(seed))
        var generator = Sandbox.SeededGenerator(seed: UInt64(seed))
        let columns = DataverseSchema.contactPhones
        let known = organization.organization.contacts.rows.compactMap {
            $0?.text("telephone1", DataverseSchema.contact)
        }
        let numbers = (0..<6).map { _ in known[generator.below(known.count)] } + ["nobody"]
        let terms = numbers.flatMap { number in columns.prefix(9).map { "\($0) eq '\(number.uppercased())'" } }
        let filter = try ODataFilterParser.parse(terms.joined(separator: " or "), table: DataverseSchema.contact)
        #expect(filter.terms?.count == terms.count)
        var query = DataverseQuery()
        query.filter = filter
        let rows = organization.organization.contacts.rows
        let all = rows.indices.filter { position in
            rows[position].map { filter.matches($0, DataverseSchema.contact) } ?? false
        }
        let found = try organization.organization.withRows(.contact) { (rows) throws(DataverseProblem) in
            query.found(in: &rows)
        }
        #expect(found == all && found.count >= 1, "seed \(seed)")
    }
}
