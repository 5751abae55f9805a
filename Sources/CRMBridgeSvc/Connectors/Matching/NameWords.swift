/// Names as they are searched: words in lower case without accents.
enum NameWords {
    /// Words of one name at most.
    static let maxWords = 12
    /// Bytes of one word at most; the rest of a longer one is not searched.
    static let maxBytes = 40

    /// The words, without repeats, in the order of the alphabet.
    static func of(_ text: String) -> [String] {
        let words = folded(text).split { !$0.isLetter && !$0.isNumber }.prefix(maxWords)
        return Set(words.map { cut(String($0)) }).sorted()
    }

    /// Whether each of `words` begins a word of the name.
    static func matches(_ name: String, _ words: [String]) -> Bool {
        let own = of(name)
        return !words.isEmpty && words.allSatisfy { word in own.contains { $0.hasPrefix(word) } }
    }

    private static func cut(_ word: String) -> String {
        var word = word
        while word.utf8.count > maxBytes { word.removeLast() }
        return word
    }

    /// Lower case; letters with accents by their base letter.
    private static func folded(_ text: String) -> String {
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
}
