/// Text as a terminal shows it: made harmless, measured and cut in columns.
///
/// Widths follow the common terminals: East Asian wide characters and emoji take two columns, combining marks none.
enum DisplayText {
    /// Replaces control characters, so that text from outside can neither steer the terminal nor start a line.
    static func harmless(_ text: some StringProtocol) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return String(text) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t": result.append(" ")
            case _ where isControl(scalar): result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Columns that the text takes.
    static func width(_ text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    /// The text in at most `limit` columns; what was cut is shown as `…`.
    static func cut(_ text: String, to limit: Int) -> String {
        guard width(text) > limit else { return text }
        guard limit > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let columns = width(String(character))
            guard used + columns <= limit - 1 else { break }
            result.append(character)
            used += columns
        }
        return result + "…"
    }

    /// The text with spaces behind or before it up to `columns`.
    static func pad(_ text: String, to columns: Int, isRight: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, columns - width(text)))
        return isRight ? spaces + text : text + spaces
    }

    /// A long identifier in a few columns: both ends stay, since SIDs differ at their ends.
    static func shortened(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit, limit >= 5, text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return cut(text, to: limit)
        }
        let tail = min(4, limit / 3)
        return text.prefix(limit - tail - 1) + "…" + text.suffix(tail)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 0x7F..<0xA0: true
        // Marks that turn the direction of text around: they could make a line read as something else.
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20..<0x7F: return 1
        case 0x200B...0x200F, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return 1
        }
    }
}
