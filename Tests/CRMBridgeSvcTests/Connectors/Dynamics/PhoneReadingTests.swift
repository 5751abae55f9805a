import Events
import Phone
import Testing

@testable import CRMBridgeSvc

struct PhoneReadingTests {
    /// A number of each of 24 countries.
    static let numbers = [
        "+442079460018", "+34911222333", "+34612345678", "+33142685300", "+4930901820", "+390612345678", "+14155552671",
        "+41446681800", "+4312345678", "+31201234567", "+3222345678", "+351212345678", "+48221234567", "+420221234567",
        "+4681234567", "+4521234567", "+4721234567", "+358912345678", "+5491123456789", "+551123456789",
        "+5215512345678",
        "+61212345678", "+81312345678", "+919812345678", "+353112345678",
    ]

    @Test("Each usual writing is among the variants or found by its digits, and read as the number", arguments: numbers)
    func writings(_ e164: String) throws {
        let number = try PhoneNumber(e164)
        let region = try #require(number.region)
        let variants = PhoneVariants(number)
        let national = number.national
        let digits = PhoneDigits.digits(number.e164)
        let odd = national.filter { ("0"..."9").contains($0) }.enumerated().map { index, digit in
            index % 3 == 1 ? "\(digit) " : "\(digit)"
        }.joined()
        let texts = [
            number.e164, number.international, national, "00\(digits)", national.replacing(" ", with: "."),
            number.international.replacing(" ", with: "-"), "\(national) ext. 12", "tel \(national) (home)", odd,
            "\(number.e164);ext=9", "Ana: \(number.international) or +12025550143",
        ]
        for text in texts {
            let read = PhoneReading.numbers(text, region: region).map(\.e164)
            #expect(read.contains(number.e164), "'\(text)' of \(region) is read as \(read)")
            #expect(
                variants.texts.contains(text) || TestFilter.like(text, "%\(variants.pattern)%"),
                "'\(text)' is not found")
        }
        for text in texts.prefix(4) { #expect(variants.texts.contains(text), "'\(text)' costs a second request") }
    }

    @Test("The queries stay within what Dataverse takes", arguments: numbers)
    func limits(_ e164: String) throws {
        let search = DynamicsSettings().contactSearch
        let query = search.exact(PhoneVariants(try PhoneNumber(e164)))
        #expect(query.target.utf8.count <= PhoneSearch.maxTargetBytes)
        let conditions = try #require(query.filter?.count)
        #expect((200...PhoneSearch.maxConditions).contains(conditions))
        #expect(search.byPattern(PhoneVariants(try PhoneNumber(e164))).target.utf8.count < 2_000)
    }

    @Test(
        "Two numbers in one text are both, notes and extensions are neither",
        arguments: [
            ("020 7946 0018 / 0161 496 0000", "GB", ["+442079460018", "+441614960000"]),
            ("020 7946 0018; 07400 123456", "GB", ["+442079460018", "+447400123456"]),
            ("+442079460018+441614960000", "GB", ["+442079460018", "+441614960000"]),
            ("020 7946 0018 or 0161 496 0000 (after 6)", "GB", ["+442079460018", "+441614960000"]),
            ("020 7946 0018-123", "GB", ["+442079460018"]), ("020 7946 0018 x1234", "GB", ["+442079460018"]),
            ("+44 (0)20 7946 0018", "ES", ["+442079460018"]), ("0044 20 7946 0018", "US", ["+442079460018"]),
            ("011 44 20 7946 0018", "ES", ["+442079460018"]), ("442079460018", "ES", ["+442079460018"]),
            ("079'123'45'67", "CH", ["+41791234567"]), ("０２０ ７９４６ ００１８", "GB", ["+442079460018"]),
            ("do not call", "GB", []), ("12", "GB", []), ("", "GB", []), ("020 7946 001", "GB", []),
        ])
    func several(_ text: String, _ country: String, _ expected: [String]) throws {
        #expect(PhoneReading.numbers(text, region: try Region(country)).map(\.e164) == expected)
    }

    @Test("Whatever is typed is read without an end in sight", arguments: 0..<8)
    func noise(_ seed: Int) {
        let marks = Array("0123456789 +-().,/;&|:*[]~#x\u{200B}ñ")
        var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<50 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(marks[Int(state >> 33) % marks.count])
            }
            for number in PhoneReading.numbers(text, region: try? Region("DE")) { #expect(number.isValid, "\(text)") }
        }
    }

    @Test(
        "A country is known by its names and codes",
        arguments: [
            ("Spain", "ES"), ("españa", "ES"), ("ESP", "ES"), ("es", "ES"), ("USA", "US"), ("U.S.A.", "US"),
            ("United Kingdom", "GB"), ("UK", "GB"), ("England", "GB"), ("Deutschland", "DE"), ("Côte d'Ivoire", "CI"),
            ("Korea, South", "KR"), ("日本", "JP"), ("Nowhere", nil), ("", nil),
        ])
    func countries(_ text: String, _ code: String?) {
        #expect(CountryNames.region(text)?.code == code)
    }

    @Test("A contact's own country decides, and its end alone does not make a number another's")
    func ownCountry() throws {
        var spanish = Contact(id: "a", name: "A", phones: ["612 345 678"])
        spanish.region = try Region("ES")
        func grounds(_ contact: Contact, _ phone: String) -> [ContactMatch.Ground] {
            MatchRanking.rank(
                Candidates(contacts: [contact]), WantedContact(ContactQuery(phone: phone, region: "PL")), limit: 5
            ).matches.map(\.matchedOn)
        }
        #expect(grounds(spanish, "+34612345678") == [.phoneExact])
        #expect(grounds(spanish, "+48612345678").isEmpty)
        #expect(grounds(Contact(id: "b", name: "B", phones: ["0179 46 00 18"]), "+442079460018").isEmpty)
    }
}
