/// A country that the account may be permitted to call, as `voice/v1/DialingPermissions` lists them.
struct DialingCountry: Hashable, Sendable {
    /// ISO 3166-1 alpha-2.
    let code: String
    let name: String
    let continent: String
    /// What its numbers begin with, without `+`; the longest one that fits decides.
    let prefixes: [String]

    /// `+34`; countries of one plan share theirs.
    var callingCode: String { "+" + (prefixes[0].hasPrefix("1") ? "1" : prefixes[0]) }

    /// The country whose numbers begin like this one; nil for one that is not listed.
    static func of(number: String) -> DialingCountry? {
        guard number.hasPrefix("+") else { return nil }
        let digits = number.dropFirst()
        for length in stride(from: longestPrefix, to: 0, by: -1) {
            if let country = byPrefix[String(digits.prefix(length))] { return country }
        }
        return nil
    }

    static func of(code: String) -> DialingCountry? { all.first { $0.code == code } }

    private static let longestPrefix = 4
    private static let byPrefix: [String: DialingCountry] = {
        var found: [String: DialingCountry] = [:]
        for country in all { for prefix in country.prefixes { found[prefix] = country } }
        return found
    }()

    private init(_ code: String, _ name: String, _ continent: String, _ prefixes: String...) {
        self.code = code
        self.name = name
        self.continent = continent
        self.prefixes = prefixes.flatMap { $0.split(separator: " ").map(String.init) }
    }

    static let all: [DialingCountry] = [
        DialingCountry("AR", "Argentina", "SOUTH_AMERICA", "54"), DialingCountry("AT", "Austria", "EUROPE", "43"),
        DialingCountry("AU", "Australia", "OCEANIA", "61"), DialingCountry("BE", "Belgium", "EUROPE", "32"),
        DialingCountry("BG", "Bulgaria", "EUROPE", "359"), DialingCountry("BR", "Brazil", "SOUTH_AMERICA", "55"),
        DialingCountry(
            "CA", "Canada", "NORTH_AMERICA",
            "1204 1226 1236 1249 1250 1263 1289 1306 1343 1354 1365 1367 1368 1382 1403 1416 1418 1431 1437 1438 1450",
            "1468 1474 1506 1514 1519 1548 1579 1581 1584 1587 1604 1613 1639 1647 1672 1683 1705 1709 1742 1753 1778",
            "1780 1782 1807 1819 1825 1867 1873 1879 1902 1905"),
        DialingCountry("CH", "Switzerland", "EUROPE", "41"), DialingCountry("CL", "Chile", "SOUTH_AMERICA", "56"),
        DialingCountry("CN", "China", "ASIA", "86"), DialingCountry("CO", "Colombia", "SOUTH_AMERICA", "57"),
        DialingCountry("CU", "Cuba", "NORTH_AMERICA", "53"), DialingCountry("CZ", "Czechia", "EUROPE", "420"),
        DialingCountry("DE", "Germany", "EUROPE", "49"), DialingCountry("DK", "Denmark", "EUROPE", "45"),
        DialingCountry("EE", "Estonia", "EUROPE", "372"), DialingCountry("EG", "Egypt", "AFRICA", "20"),
        DialingCountry("ES", "Spain", "EUROPE", "34"), DialingCountry("FI", "Finland", "EUROPE", "358"),
        DialingCountry("FR", "France", "EUROPE", "33"), DialingCountry("GB", "United Kingdom", "EUROPE", "44"),
        DialingCountry("GR", "Greece", "EUROPE", "30"), DialingCountry("HR", "Croatia", "EUROPE", "385"),
        DialingCountry("HU", "Hungary", "EUROPE", "36"), DialingCountry("IE", "Ireland", "EUROPE", "353"),
        DialingCountry("IL", "Israel", "ASIA", "972"), DialingCountry("IN", "India", "ASIA", "91"),
        DialingCountry("IT", "Italy", "EUROPE", "39"), DialingCountry("JP", "Japan", "ASIA", "81"),
        DialingCountry("KE", "Kenya", "AFRICA", "254"), DialingCountry("KR", "South Korea", "ASIA", "82"),
        DialingCountry("LT", "Lithuania", "EUROPE", "370"), DialingCountry("LV", "Latvia", "EUROPE", "371"),
        DialingCountry("MA", "Morocco", "AFRICA", "212"), DialingCountry("MX", "Mexico", "NORTH_AMERICA", "52"),
        DialingCountry("NG", "Nigeria", "AFRICA", "234"), DialingCountry("NL", "Netherlands", "EUROPE", "31"),
        DialingCountry("NO", "Norway", "EUROPE", "47"), DialingCountry("NZ", "New Zealand", "OCEANIA", "64"),
        DialingCountry("PE", "Peru", "SOUTH_AMERICA", "51"), DialingCountry("PH", "Philippines", "ASIA", "63"),
        DialingCountry("PL", "Poland", "EUROPE", "48"), DialingCountry("PT", "Portugal", "EUROPE", "351"),
        DialingCountry("RO", "Romania", "EUROPE", "40"), DialingCountry("RS", "Serbia", "EUROPE", "381"),
        DialingCountry("SE", "Sweden", "EUROPE", "46"), DialingCountry("SG", "Singapore", "ASIA", "65"),
        DialingCountry("SI", "Slovenia", "EUROPE", "386"), DialingCountry("SK", "Slovakia", "EUROPE", "421"),
        DialingCountry("SO", "Somalia", "AFRICA", "252"), DialingCountry("TH", "Thailand", "ASIA", "66"),
        DialingCountry("TN", "Tunisia", "AFRICA", "216"), DialingCountry("TR", "Türkiye", "ASIA", "90"),
        DialingCountry("UA", "Ukraine", "EUROPE", "380"), DialingCountry("US", "United States", "NORTH_AMERICA", "1"),
        DialingCountry("VN", "Vietnam", "ASIA", "84"), DialingCountry("ZA", "South Africa", "AFRICA", "27"),
    ]
}
