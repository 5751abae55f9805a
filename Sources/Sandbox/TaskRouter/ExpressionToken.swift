import Events

/// A word of an expression.
enum ExpressionToken: Hashable, Sendable {
    case name(String)
    case string(String)
    case number(JSONNumber)
    case symbol(String)

    /// The token as a word of the language in upper case; nil for strings, numbers and symbols.
    var keyword: String? {
        guard case .name(let text) = self else { return nil }
        return text.uppercased()
    }

    /// Longest first, so that `<=` is not read as `<`.
    private static let symbols = ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", "!"]

    /// Splits a text into tokens with their positions.
    static func scan(_ text: String) throws(ExpressionError) -> [(token: ExpressionToken, position: Int)] {
        let characters = Array(text)
        var tokens: [(token: ExpressionToken, position: Int)] = []
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if character.isWhitespace {
                index += 1
                continue
            }
            let start = index
            let token: ExpressionToken
            if character == "\"" || character == "'" {
                token = .string(try string(characters, &index))
            } else if character.isNumber || (character == "-" && index + 1 < characters.count) {
                token = try number(characters, &index)
            } else if isName(character) {
                while index < characters.count, isName(characters[index]) { index += 1 }
                token = .name(String(characters[start..<index]))
            } else if let symbol = symbols.first(where: { characters[index...].starts(with: $0) }) {
                index += symbol.count
                token = .symbol(symbol)
            } else {
                throw ExpressionError(position: index, expected: "a name, a value or an operator")
            }
            tokens.append((token, start))
        }
        return tokens
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.$-".contains(character)
    }

    private static func string(_ characters: [Character], _ index: inout Int) throws(ExpressionError) -> String {
        let quote = characters[index]
        let start = index
        var text = ""
        index += 1
        while index < characters.count {
            defer { index += 1 }
            if characters[index] == quote { return text }
            if characters[index] == "\\", index + 1 < characters.count { index += 1 }
            text.append(characters[index])
        }
        throw ExpressionError(position: start, expected: "the closing quote of the string that begins here")
    }

    private static func number(_ characters: [Character], _ index: inout Int) throws(ExpressionError) -> ExpressionToken
    {
        let start = index
        index += 1
        while index < characters.count, characters[index].isNumber || characters[index] == "." { index += 1 }
        let text = String(characters[start..<index])
        if let whole = Int64(text) { return .number(JSONNumber(whole)) }
        guard let value = Double(text), let number = JSONNumber(value) else {
            throw ExpressionError(position: start, expected: "a number")
        }
        return .number(number)
    }
}
