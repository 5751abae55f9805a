/// How people of one country write telephone numbers.
///
/// The shapes are general knowledge of each country's numbering plan: `x` is any digit, `n` one from 2 to 9, a blank where
/// people pause. Not every number that they make is in use.
struct PhoneWriting: Sendable {
    let code: String
    /// What CRM users write into the country's column.
    let country: String
    /// Digits after `+`.
    let calling: String
    /// Written before national numbers at home; empty where there is none.
    let trunk: String
    let mobiles: [String]
    let landlines: [String]
    let firstNames: [String]
    let lastNames: [String]

    init(
        _ code: String, _ country: String, _ calling: String, _ trunk: String, _ mobiles: [String],
        _ landlines: [String], _ firstNames: String, _ lastNames: String
    ) {
        self.code = code
        self.country = country
        self.calling = calling
        self.trunk = trunk
        self.mobiles = mobiles
        self.landlines = landlines
        self.firstNames = firstNames.split(separator: " ").map(String.init)
        self.lastNames = lastNames.split(separator: " ").map(String.init)
    }

    /// One number, as somebody typed it.
    func written(isMobile: Bool, _ dice: inout SeededGenerator) -> String {
        let shapes = isMobile ? mobiles : landlines
        var shape = [UInt8]()
        for byte in shapes[dice.below(shapes.count)].utf8 {
            switch byte {
            case UInt8(ascii: "x"): shape.append(UInt8(ascii: "0") + UInt8(dice.below(10)))
            case UInt8(ascii: "n"): shape.append(UInt8(ascii: "2") + UInt8(dice.below(8)))
            default: shape.append(byte)
            }
        }
        return style(shape, &dice)
    }

    /// Puts the national digits, with their blanks, into one of the ways in which numbers are typed.
    private func style(_ national: [UInt8], _ dice: inout SeededGenerator) -> String {
        let grouped = String(decoding: national, as: UTF8.self)
        let bare = String(decoding: national.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        func separated(_ separator: String) -> String { grouped.split(separator: " ").joined(separator: separator) }
        let isAmerican = calling == "1"
        switch dice.below(100) {
        case 0..<18: return "+\(calling)\(bare)"
        case 18..<36: return "+\(calling) \(grouped)"
        case 36..<42: return "00\(calling)\(bare)"
        case 42..<46: return "00 \(calling) \(grouped)"
        case 46..<58: return isAmerican ? Self.american(grouped) : trunk + grouped
        case 58..<66: return isAmerican ? separated("-") : trunk + bare
        case 66..<72: return trunk.isEmpty || isAmerican ? bare : "+\(calling) (\(trunk))\(grouped)"
        case 72..<77: return isAmerican ? separated(".") : trunk + separated(".")
        case 77..<82: return isAmerican ? "1-" + separated("-") : trunk + separated("-")
        case 82..<85: return "\(calling)\(bare)"
        case 85..<88: return isAmerican ? "1 " + grouped : trunk + Self.slashed(grouped)
        case 88..<90: return "+\(calling)-" + separated("-")
        case 90..<92: return "(+\(calling)) \(grouped)"
        case 92..<94: return "+\(calling) \(grouped) ext. \(dice.below(900) + 100)"
        case 94..<95: return (isAmerican ? Self.american(grouped) : trunk + grouped) + " x\(dice.below(90) + 10)"
        case 95..<96: return "tel: +\(calling)\(bare)"
        case 96..<97: return (isAmerican ? separated("-") : trunk + grouped) + " (home)"
        case 97..<98: return "+\(calling)\u{A0}" + separated("\u{A0}")
        case 98..<99: return " \(trunk)\(grouped) "
        default: return "\(trunk)\(bare)".replacing("0", with: "O", maxReplacements: 1)
        }
    }

    /// `(415) 555-0132`.
    private static func american(_ grouped: String) -> String {
        let parts = grouped.split(separator: " ")
        guard parts.count == 3 else { return grouped }
        return "(\(parts[0])) \(parts[1])-\(parts[2])"
    }

    /// `30/1234 567`.
    private static func slashed(_ grouped: String) -> String {
        guard let blank = grouped.firstIndex(of: " ") else { return grouped }
        return grouped[..<blank] + "/" + grouped[grouped.index(after: blank)...]
    }
}

extension SeededGenerator {
    /// A number from 0 up to, not including, `count`.
    mutating func below(_ count: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % count }
}
