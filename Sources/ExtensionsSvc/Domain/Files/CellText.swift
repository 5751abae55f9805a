/// Keeps spreadsheets from running what somebody has typed into a name.
///
/// A cell that begins like a formula gets an apostrophe before it; one that begins with an apostrophe gets another, so
/// that reading gives back exactly what was written.
enum CellText {
    /// What a formula begins with, full-width forms too.
    ///
    /// By scalars: a combining mark behind a sign makes another character of it, but no other formula.
    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    static func guarded(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, dangerous.contains(first) else { return text }
        return "'" + text
    }

    static func unguarded(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.first == "'", let second = scalars.dropFirst().first, dangerous.contains(second) else {
            return text
        }
        return String(scalars.dropFirst())
    }

    /// A cell as it stands in a file with commas.
    static func quoted(_ text: String) -> String {
        let cell = guarded(text)
        // A cell of spaces at its ends is quoted too: readers trim what is not.
        let isPlain = !cell.utf8.contains { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 || $0 == 59 || $0 == 32 }
        return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
