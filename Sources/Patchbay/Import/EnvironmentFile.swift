/// A `.env` file, read as the samples' tools read it: `KEY=value`, `export KEY=value`, quotes, comments, either line end.
struct EnvironmentFile: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        let key: String
        let value: String
        let line: Int
    }

    /// In the order of the file; of a key that stands twice, the last.
    private(set) var entries: [Entry] = []
    /// Lines that are no assignment, by their number: what stands there may be secret.
    private(set) var malformedLines: [Int] = []

    /// - Parameter text: The whole file.
    init(_ text: String) {
        let body = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        // A carriage return and a line feed are one character in Swift.
        let lines = body.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let content = Self.trimmed(line)
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            guard let (key, value) = Self.assignment(content) else {
                malformedLines.append(index + 1)
                continue
            }
            entries.removeAll { $0.key == key }
            entries.append(Entry(key: key, value: value, line: index + 1))
        }
    }

    private static func assignment(_ line: Substring) -> (key: String, value: String)? {
        var line = line
        if line.hasPrefix("export"), let next = line.dropFirst(6).first, next.isWhitespace {
            line = trimmed(line.dropFirst(6))
        }
        guard let mark = line.firstIndex(of: "=") else { return nil }
        let key = trimmed(line[..<mark])
        guard let first = key.first, first == "_" || first.isASCII && first.isLetter,
            key.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        guard let value = value(trimmed(line[line.index(after: mark)...])) else { return nil }
        return (String(key), value)
    }

    /// The value without quotes and without a comment behind it; nil when a quote is not closed.
    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            // A '#' begins a comment only after a space: URLs may have fragments.
            var previous: Character = " "
            for position in text.indices {
                if text[position] == "#", previous.isWhitespace { return String(trimmed(text[..<position])) }
                previous = text[position]
            }
            return String(text)
        }
        var value = ""
        var isEscaped = false
        for position in text.indices.dropFirst() {
            let character = text[position]
            if isEscaped {
                value.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\", quote == "\"" {
                isEscaped = true
            } else if character == quote {
                let rest = trimmed(text[text.index(after: position)...])
                return rest.isEmpty || rest.hasPrefix("#") ? value : nil
            } else {
                value.append(character)
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
