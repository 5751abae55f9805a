import Phone

/// The ways in which people write a number, the most frequent first.
///
/// They are compared whole (`eq`), which an index answers. So they only have to cover what is frequent: what is written
/// otherwise is found by the digits alone (``pattern``), and compared anew by ``MatchRanking``.
struct PhoneVariants: Hashable, Sendable {
    /// Digits at the end of the number that ``pattern`` asks for.
    static let patternDigits = 9

    /// Without repeats.
    let texts: [String]
    /// `%` between the last digits: any punctuation, any grouping, and text around.
    ///
    /// Argentina's `15` in place of the `9` before an area code lies between the digits, so it fits too.
    let pattern: String
    /// Digits alone with the country code, for a column of normalised numbers.
    let digits: String

    init(_ number: PhoneNumber) {
        digits = PhoneDigits.digits(number.e164)
        let code = String(number.countryCode)
        let nsn = String(digits.dropFirst(code.utf8.count))
        pattern = nsn.suffix(Self.patternDigits).map(String.init).joined(separator: "%")
        let national = PhoneDigits.digits(number.national)
        let trunk = national.hasSuffix(nsn) ? String(national.dropLast(nsn.utf8.count)) : ""
        let groups = Self.groups(String(number.international.dropFirst(code.utf8.count + 1)))
        var texts = [number.e164, number.international, number.national, national, nsn, "00" + digits, digits]
        texts += Self.fromAbroad(code, nsn, groups)
        texts += Self.atHome(trunk, nsn, groups, Self.groups(number.national))
        if !trunk.isEmpty { texts += Self.withTrunk(code, trunk, nsn, groups) }
        if code == "1" { texts += Self.northAmerican(groups) }
        var seen: Set<String> = []
        self.texts = texts.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    private static func fromAbroad(_ code: String, _ nsn: String, _ groups: [String]) -> [String] {
        let spaced = groups.joined(separator: " ")
        let inBrackets = groups.first.map { "(\($0)) " + groups.dropFirst().joined(separator: " ") } ?? spaced
        return [
            "+\(code) \(nsn)", "00\(code) \(spaced)", "+\(code)-\(groups.joined(separator: "-"))",
            "+\(code).\(groups.joined(separator: "."))", "\(code) \(spaced)", "+\(code) \(inBrackets)",
            "(+\(code)) \(spaced)", "+\(code) \(groups.joined(separator: "-"))", "00\(code) \(nsn)",
            "+\(code)\(spaced)", "+\(code) \(groups.joined(separator: "."))",
            "\(code)-\(groups.joined(separator: "-"))",
            "(+\(code))\(nsn)", "+\(code) \(pairs(nsn).joined(separator: " "))",
        ]
    }

    private static func atHome(
        _ trunk: String, _ nsn: String, _ groups: [String], _ national: [String]
    ) -> [String] {
        var texts = [" ", "-", ".", "/"].map { national.joined(separator: $0) }
        let area = national.first ?? ""
        let rest = national.dropFirst()
        texts += [
            "(\(area)) \(rest.joined(separator: " "))", "\(area)/\(rest.joined())", "\(area)-\(rest.joined())",
            "\(area) \(rest.joined())", "(\(area)) \(rest.joined())", "(\(area)) \(rest.joined(separator: "-"))",
            "\(area)/\(rest.joined(separator: " "))", "(\(area))\(rest.joined())",
        ]
        texts += [" ", "-", "."].map { groups.joined(separator: $0) }
        texts.append(pairs(trunk + nsn).joined(separator: " "))
        return texts
    }

    private static func withTrunk(_ code: String, _ trunk: String, _ nsn: String, _ groups: [String]) -> [String] {
        let spaced = groups.joined(separator: " ")
        return [
            "+\(code) (\(trunk))\(spaced)", "+\(code) (\(trunk)) \(spaced)", "+\(code)(\(trunk))\(nsn)",
            "+\(code) (\(trunk))\(nsn)", "00\(code) (\(trunk))\(spaced)", "+\(code)(\(trunk)) \(spaced)",
            "+\(code) (\(trunk))\(groups.joined(separator: "-"))",
        ]
    }

    /// `(415) 555-0100` is the national form; these come from elsewhere.
    private static func northAmerican(_ groups: [String]) -> [String] {
        guard groups.count == 3 else { return [] }
        let dashed = groups.joined(separator: "-")
        return [
            "1-\(dashed)", "(\(groups[0]))\(groups[1])-\(groups[2])", "+1 (\(groups[0])) \(groups[1])-\(groups[2])",
            "1 (\(groups[0])) \(groups[1])-\(groups[2])", "+1 \(dashed)", "(\(groups[0])) \(groups[1]) \(groups[2])",
            "011 1 \(dashed)", "1.\(groups.joined(separator: "."))", "\(groups[0]) \(groups[1])-\(groups[2])",
        ]
    }

    /// The runs of digits of a text.
    private static func groups(_ text: String) -> [String] {
        text.split { !("0"..."9").contains($0) }.map(String.init)
    }

    /// In twos from the end, the first group one or two digits.
    private static func pairs(_ digits: String) -> [String] {
        var groups: [String] = []
        var rest = digits[...]
        while rest.utf8.count > 2 {
            groups.append(String(rest.suffix(2)))
            rest = rest.dropLast(2)
        }
        return [String(rest)] + groups.reversed()
    }
}
