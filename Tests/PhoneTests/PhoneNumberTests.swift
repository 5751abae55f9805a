import Phone
import Testing

@Suite struct PhoneNumberTests {
    @Test(
        "Numbers are read by the rules of their country",
        arguments: [
            ("(415) 555-2671", "US", "+14155552671", "(415) 555-2671", "+1 415-555-2671", "US", 1),
            ("020 7946 0018", "GB", "+442079460018", "020 7946 0018", "+44 20 7946 0018", "GB", 44),
            ("+44 20 7946 0018", "US", "+442079460018", "020 7946 0018", "+44 20 7946 0018", "GB", 44),
            ("612 34 56 78", "ES", "+34612345678", "612 34 56 78", "+34 612 34 56 78", "ES", 34),
            ("011 44 20 7946 0018", "US", "+442079460018", "020 7946 0018", "+44 20 7946 0018", "GB", 44),
            ("02 3661 8300", "IT", "+390236618300", "02 3661 8300", "+39 02 3661 8300", "IT", 39),
            ("1-800-FLOWERS", "US", "+18003569377", "(800) 356-9377", "+1 800-356-9377", "US", 1),
            ("tel:+1-415-555-2671", "GB", "+14155552671", "(415) 555-2671", "+1 415-555-2671", "US", 1),
            ("＋１４１５５５５２６７１", "GB", "+14155552671", "(415) 555-2671", "+1 415-555-2671", "US", 1),
        ])
    func reads(
        text: String, region: String, e164: String, national: String, international: String, owner: String, code: Int
    ) throws {
        let number = try PhoneNumber(text, defaultRegion: Region(region))
        #expect(number.e164 == e164)
        #expect(number.national == national)
        #expect(number.international == international)
        #expect(number.region?.code == owner)
        #expect(number.countryCode == code)
        #expect(number.isValid)
        #expect(number.isPossible)
        #expect(number.extensionDigits == nil)
    }

    @Test(
        "An extension is kept apart from the number",
        arguments: [
            "+1 415-555-2671 ext. 123", "+1 415-555-2671 x123", "tel:+1-415-555-2671;ext=123",
            "+14155552671 extensión 123",
        ])
    func keepsExtensionApart(text: String) throws {
        let number = try PhoneNumber(text)
        #expect(number.e164 == "+14155552671")
        #expect(number.extensionDigits == "123")
        #expect(number.national == "(415) 555-2671")
        #expect(try number != PhoneNumber("+14155552671"))
    }

    @Test(
        "Kinds of lines are told apart",
        arguments: [
            ("+34612345678", .mobile), ("+34911234567", .fixedLine), ("+18003569377", .tollFree),
            ("+14155552671", .fixedLineOrMobile), ("+442079460018", .fixedLine), ("+447400123456", .mobile),
        ] as [(String, PhoneNumber.Kind)])
    func kinds(text: String, kind: PhoneNumber.Kind) throws {
        #expect(try PhoneNumber(text).kind == kind)
    }

    @Test("A number that no plan has is read, and said to be invalid")
    func invalidNumbers() throws {
        let number = try PhoneNumber("+1 415 055 2671")
        #expect(!number.isValid)
        #expect(number.e164 == "+14150552671")
        #expect(try !PhoneNumber("+1415").isPossible)
    }

    @Test(
        "What is no number is refused, saying why",
        arguments: [
            ("", nil, PhoneError.empty), ("  ", "US", .empty), ("hello", "US", .notANumber), ("+", "US", .notANumber),
            ("4155552671", nil, .countryCodeMissing), ("+999 123456789", nil, .countryCodeInvalid),
            ("1", "US", .notANumber), ("+44 1", nil, .tooShort), ("+1 41555526714155552671", nil, .tooLong),
            (String(repeating: "1", count: 251), "US", .inputTooLong(sizeBytes: 251)),
            (String(repeating: "é", count: 126), "US", .inputTooLong(sizeBytes: 252)),
        ] as [(String, String?, PhoneError)])
    func refuses(text: String, region: String?, error: PhoneError) throws {
        let region = try region.map { try Region($0) }
        #expect(throws: error) { try PhoneNumber(text, defaultRegion: region) }
    }

    @Test("Regions are checked against the numbering plans", arguments: ["", "U", "USA", "XX", "ZZ", "1A", "é!"])
    func refusesUnknownRegions(code: String) throws {
        #expect(throws: PhoneError.self) { try Region(code) }
    }

    @Test("A region's case does not matter")
    func regionsIgnoreCase() throws {
        #expect(try Region("gb") == Region("GB"))
    }

    @Test("Neither descriptions nor errors show a number")
    func masks() throws {
        let number = try PhoneNumber("+442079460018")
        #expect("\(number)" == "+44…18")
        let error = #expect(throws: PhoneError.self) { try PhoneNumber("4155552671") }
        #expect(error?.description.contains("4155552671") == false)
    }

    @Test("Any text is read or refused, never a trap", arguments: 0..<10)
    func anyText(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        let characters = Array("0123456789+-() ;ext=x.#*/,é١２\u{0}👋aZ")
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<Int(state % 40) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(characters[Int(state >> 33) % characters.count])
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = try? PhoneNumber(text, defaultRegion: try? Region("US"))
            #expect(number == nil || number?.e164.hasPrefix("+") == true, "seed \(seed): \(text.debugDescription)")
        }
    }
}
