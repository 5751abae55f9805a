/// Makes texts comparable for a person who searches: without case and accents.
enum SearchText {
    /// Letters with accents of the Latin scripts, by their base letter.
    private static let bases: [Unicode.Scalar: String] = {
        let groups: [(String, String)] = [
            ("a", "àáâãäåāăąǎ"), ("ae", "æ"), ("c", "çćĉċč"), ("d", "ðďđ"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"),
            ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņňŉ"),
            ("o", "òóôõöøōŏőǒ"), ("oe", "œ"), ("r", "ŕŗř"), ("s", "śŝşšș"), ("ss", "ß"), ("t", "ţťŧț"), ("th", "þ"),
            ("u", "ùúûüũūŭůűųǔ"), ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
        ]
        var bases: [Unicode.Scalar: String] = [:]
        for (base, letters) in groups {
            for scalar in letters.unicodeScalars { bases[scalar] = base }
        }
        return bases
    }()

    static func fold(_ text: String) -> String {
        // Most texts are ASCII, and there are 100,000 of them.
        if text.utf8.allSatisfy({ $0 < 128 }) { return text.lowercased() }
        var folded = ""
        for scalar in text.lowercased().unicodeScalars {
            if let base = bases[scalar] {
                folded += base
            } else if scalar.properties.generalCategory != .nonspacingMark {
                folded.unicodeScalars.append(scalar)
            }
        }
        return folded
    }
}
