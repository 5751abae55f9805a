import Phone

/// The numbers that a text in a CRM means, as people type them: with notes, extensions, several at once.
///
/// Whole texts are read first. What is no number whole is taken apart: at letters, at marks that part numbers, last at an
/// extension behind a dash.
enum PhoneReading {
    /// Bytes of a text that is read; more is no number.
    static let maxBytes = 250
    /// The fewest digits of a number, and the most of an extension.
    static let minDigits = 6
    static let maxExtension = 6

    /// The numbers, by the rules of a country where they bring no code of their own.
    static func numbers(_ text: String, region: Region?) -> [PhoneNumber] {
        guard text.utf8.count <= maxBytes else { return [] }
        let pieces = pieces(ascii(text))
        return pieces.flatMap { piece in
            apart(piece, region) ?? number(piece, region).map { [$0] } ?? parts(piece, region)
        }
    }

    /// Numbers that marks with spaces part, where the first one is a number by itself: `020 7946 0018 / 19`.
    private static func apart(_ piece: String, _ region: Region?) -> [PhoneNumber]? {
        for mark in [" / ", ", ", " - "] {
            let split = piece.split(separator: mark).map(String.init)
            guard split.count > 1, let first = number(split[0], region) else { continue }
            return [first] + split.dropFirst().compactMap { number($0, region) }
        }
        return nil
    }

    /// Runs of digits and of what stands between digits; letters and everything else part them.
    private static func pieces(_ text: String) -> [String] {
        text.split { !("0"..."9").contains($0) && !" +-().,/;&|\u{2F}\u{5C}:*[]~".contains($0) }
            .flatMap { $0.split { ";&|\u{5C}".contains($0) } }
            .map(String.init).filter { digits($0) >= minDigits }
    }

    /// A piece that is no number whole: two numbers, or one with an extension.
    private static func parts(_ piece: String, _ region: Region?) -> [PhoneNumber] {
        var withPlus: [String] = []
        for character in piece {
            if character == "+" || withPlus.isEmpty { withPlus.append("") }
            withPlus[withPlus.count - 1].append(character)
        }
        let splits: [[String]] =
            [withPlus]
            + ["/", ",", "  ", ":", "-"].map { mark in
                piece.split(separator: mark).map(String.init)
            }
        for split in splits where split.count > 1 {
            let found = split.compactMap { number($0, region) }
            if !found.isEmpty { return found }
        }
        return withoutExtension(piece, region).map { [$0] } ?? []
    }

    /// `020 7946 0018-123`: what follows the last mark that parts an extension is left out.
    private static func withoutExtension(_ piece: String, _ region: Region?) -> PhoneNumber? {
        guard let mark = piece.lastIndex(where: { "-/,(:*[".contains($0) }) else { return nil }
        let rest = piece[mark...]
        guard (1...maxExtension).contains(digits(rest)) else { return nil }
        return number(String(piece[..<mark]), region)
    }

    /// A number that exists: by the country's rules, else with its own code.
    private static func number(_ text: String, _ region: Region?) -> PhoneNumber? {
        let trimmed = trim(text)
        let plain = trimmed.replacing("(0)", with: "")
        let digits = PhoneDigits.digits(plain)
        for text in [trimmed, plain, (trimmed.hasPrefix("+") ? "+" : "") + digits] {
            if let number = PhoneDigits.number(text, region: region), number.isValid { return number }
        }
        // Without a plus, or with the prefix of another country than the contact's.
        guard !trimmed.hasPrefix("+") else { return nil }
        for prefix in ["00", "011", ""] where digits.hasPrefix(prefix) {
            let number = PhoneDigits.number("+" + digits.dropFirst(prefix.utf8.count), region: nil)
            if let number, number.isValid { return number }
        }
        return nil
    }

    private static func digits(_ text: some StringProtocol) -> Int { text.count { ("0"..."9").contains($0) } }

    private static func trim(_ text: String) -> String {
        let start = text.drop { !("0"..."9").contains($0) && $0 != "+" && $0 != "(" }
        guard let end = start.lastIndex(where: { ("0"..."9").contains($0) || $0 == ")" }) else { return "" }
        return String(start[...end])
    }

    /// Digits of any script and full-width signs as they are on a keyboard; any dash and space as the plain one.
    private static func ascii(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF0B: plain.append("+")
            case 0xFF08: plain.append("(")
            case 0xFF09: plain.append(")")
            case 0x2010...0x2015, 0x2212, 0xFF0D, 0x30FC: plain.append("-")
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060, 0xFEFF, 0xAD: break
            case 0x27, 0x5F, 0xB7, 0x2018, 0x2019, 0x2022: plain.append(" ")
            case 0..<128: plain.unicodeScalars.append(scalar)
            default:
                let properties = scalar.properties
                if properties.numericType == .decimal, let value = properties.numericValue {
                    plain += String(Int(value))
                } else if properties.isWhitespace {
                    plain.append(" ")
                } else {
                    plain.unicodeScalars.append(scalar)
                }
            }
        }
        return plain
    }
}
