import Directory
import Events
import TestSupport
import Testing

@testable import ExtensionsSvc

@Suite struct DirectoryRulesTests {
    private let ranges = DirectoryRules(
        digits: 3...4,
        ranges: [
            .init(from: "2000", to: "2999", team: "sales"), .init(from: "0100", to: "0199", team: nil),
            .init(from: "300", to: "302", team: "care"),
        ])

    @Test(
        "Numbers that cannot be given",
        arguments: [
            ("", "number_digits"), ("12a", "number_digits"), ("１２３", "number_digits"), ("+12", "number_digits"),
            ("1.5", "number_digits"), ("12", "number_length"), ("12345", "number_length"), ("112", "number_reserved"),
            ("4000", "number_range"),
        ])
    func refused(number: String, code: String) {
        var content = Samples.content(number)
        #expect(ranges.judge(&content).map(\.code) == ["extensions." + code])
    }

    @Test("A range gives its team to the record, and refuses another one")
    func teams() {
        var content = Samples.content("2500")
        #expect(ranges.judge(&content) == [])
        #expect(content.team == "sales")
        content.team = "care"
        #expect(ranges.judge(&content).map(\.code) == ["extensions.team_range"])
        var free = Samples.content("0150", team: "anybody")
        #expect(ranges.judge(&free) == [] && free.team == "anybody")
    }

    @Test("The next free number is the first of the team's ranges that is not taken, reserved or ambiguous")
    func nextFree() {
        let taken = Samples.draft(
            [Samples.content("300"), Samples.content("0100"), Samples.content("2000")], rules: ranges)
        #expect(taken.nextFree(team: "care", rules: ranges) == .number("301"))
        #expect(taken.nextFree(team: nil, rules: ranges) == .number("0101"))
        #expect(taken.nextFree(team: "sales", rules: ranges) == .number("2001"))
        #expect(taken.nextFree(team: "nobody", rules: ranges) == .noRange)
        let open = DirectoryRules(digits: 3...4)
        #expect(
            Samples.draft([Samples.content("1000")], rules: open).nextFree(team: nil, rules: open) == .number("101"))
    }

    @Test("The check before publishing names what the rules of today refuse")
    func check() {
        let draft = Samples.draft([Samples.content("2000"), Samples.content("555")])
        let entries = draft.records.values.map(\.entry).sorted { $0.number < $1.number }
        #expect(PublishCheck.problems(entries, rules: ranges).map(\.code) == ["extensions.number_range"])
        let strict = DirectoryRules(digits: 1...4)
        let ambiguous = [Samples.content("20"), Samples.content("200")].map { content in
            ExtensionRecord.Content(content.entry, team: nil).entry
        }
        #expect(PublishCheck.problems(ambiguous, rules: strict).map(\.code) == ["extensions.number_ambiguous"])
    }
}

extension ExtensionRecord.Content {
    fileprivate var entry: DirectoryEntry {
        DirectoryEntry(number: number, target: target, spokenName: spokenName)
    }
}
