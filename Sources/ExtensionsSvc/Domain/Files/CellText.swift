/// Keeps spreadsheets from running what somebody has typed into a name.
///
/// A cell that begins like a formula gets an apostrophe before it; one that begins with an apostrophe gets another, so
/// that reading gives back exactly what was written. So does what follows a semicolon: a spreadsheet whose separator it is
/// would begin a cell there.
enum CellText {
    /// What a formula begins with, full-width forms too.
    ///
    /// By scalars: a combining mark behind a sign makes another character of it, but no other formula.
    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    static func guarded(_ text: String) -> String {
        var guarded = String.UnicodeScalarView()
        var isStart = true
        for scalar in text.unicodeScalars {
            if isStart, dangerous.contains(scalar) { guarded.append("'") }
            guarded.append(scalar)
            isStart = scalar == ";"
        }
        return String(guarded)
    }

    static func unguarded(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        var isStart = true
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let next = scalars.index(after: index)
            if isStart, scalars[index] == "'", next < scalars.endIndex, dangerous.contains(scalars[next]) {
                index = next
            }
            plain.append(scalars[index])
            isStart = scalars[index] == ";"
            index = scalars.index(after: index)
        }
        return String(plain)
    }

    /// A cell as it stands in a file with commas.
    static func quoted(_ text: String) -> String {
        let cell = guarded(text)
        // A cell of spaces at its ends is quoted too: readers trim what is not.
        let isPlain = !cell.utf8.contains { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 || $0 == 59 || $0 == 32 }
        return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
