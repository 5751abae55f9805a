/// Letters as a telephone's keys have them.
public enum Keypad {
    /// The keys for a text's words: `Añil O'Brien-Ruiz` is `2645`, `627436`, `7849`.
    ///
    /// Accents and other marks do not count, letters that are two (`ß`, `æ`) are both keyed, an apostrophe does not end a
    /// word. Scripts without keys are left out.
    ///
    /// - Parameter text: Usually a name.
    /// - Returns: Digits of each word, none of them empty.
    public static func words(_ text: some StringProtocol) -> [String] {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "’", "ʼ", "´", "`": continue
            default: break
            }
            if scalar.isASCII {
                if let key = key(UInt8(scalar.value)) {
                    words[words.count - 1].append(key)
                } else {
                    words.append([])
                }
            } else if scalar.properties.isAlphabetic {
                words[words.count - 1].append(contentsOf: letters(scalar).compactMap(key))
            } else if scalar.properties.generalCategory != .nonspacingMark {
                words.append([])
            }
        }
        return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The key of an ASCII letter or digit.
    static func key(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte }
        let letter = byte | 0x20
        guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) else { return nil }
        return keys[Int(letter - UInt8(ascii: "a"))]
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// By letter, as ITU-T E.161 has them.
    private static let keys = Array("22233344455566677778889999".utf8)

    /// The ASCII letters below a Latin letter's marks, taken from its Unicode name: `LATIN SMALL LETTER N WITH TILDE`.
    private static func letters(_ scalar: Unicode.Scalar) -> [UInt8] {
        switch scalar {
        case "ß", "ẞ": return Array("ss".utf8)
        case "þ", "Þ": return Array("th".utf8)
        case "ð", "Ð": return Array("d".utf8)
        case "ŋ", "Ŋ": return Array("n".utf8)
        case "ə", "Ə": return Array("e".utf8)
        default: break
        }
        guard let words = scalar.properties.name?.split(separator: " "), words.count >= 4, words[0] == "LATIN",
            words[2] == "LETTER"
        else { return [] }
        let letter = words[3] == "DOTLESS" ? words.dropFirst(4).first : words[3]
        // One letter, or a ligature of two as in LATIN SMALL LETTER AE.
        guard let letter, letter.utf8.count <= 2 else { return [] }
        return Array(letter.utf8)
    }
}
