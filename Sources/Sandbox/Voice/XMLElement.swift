/// A small XML element: name, attributes, children and text, enough for TwiML.
struct XMLElement: Hashable, Sendable {
    /// Levels and elements of a document at most.
    static let maxDepth = 16
    static let maxElements = 1_000

    var name: String
    var attributes: [String: String] = [:]
    var children: [XMLElement] = []
    /// The character data directly inside, trimmed.
    var text = ""

    /// Parses a document; comments, declarations and processing instructions are passed over.
    init(parsing document: String) throws(TwilioProblem) {
        var parser = XMLParser(document)
        self = try parser.root()
    }

    init(name: String) { self.name = name }
}

/// Reads XML without document types and namespaces; what it does not know it refuses.
private struct XMLParser {
    private let characters: [Character]
    private var index = 0
    private var count = 0

    init(_ text: String) { characters = Array(text) }

    mutating func root() throws(TwilioProblem) -> XMLElement {
        try skipMisc()
        let element = try element(depth: 0)
        try skipMisc()
        guard index == characters.count else { throw Self.malformed("text behind the root") }
        return element
    }

    private static func malformed(_ what: String) -> TwilioProblem {
        TwilioProblem(status: 400, code: 12100, "Document parse failure: \(what)")
    }

    private func starts(_ text: String) -> Bool {
        index < characters.count && characters[index...].starts(with: text)
    }

    private mutating func skipMisc() throws(TwilioProblem) {
        while true {
            while index < characters.count, characters[index].isWhitespace { index += 1 }
            if starts("<?") {
                try skip(past: "?>")
            } else if starts("<!--") {
                try skip(past: "-->")
            } else {
                return
            }
        }
    }

    private mutating func skip(past text: String) throws(TwilioProblem) {
        while index < characters.count, !starts(text) { index += 1 }
        guard index < characters.count else { throw Self.malformed("'\(text)' is missing") }
        index += text.count
    }

    private mutating func name() throws(TwilioProblem) -> String {
        let start = index
        while index < characters.count,
            characters[index].isLetter || characters[index].isNumber
                || "_-:.".contains(characters[index])
        { index += 1 }
        guard index > start else { throw Self.malformed("a name is missing") }
        return String(characters[start..<index])
    }

    private mutating func element(depth: Int) throws(TwilioProblem) -> XMLElement {
        count += 1
        guard depth < XMLElement.maxDepth, count <= XMLElement.maxElements else {
            throw Self.malformed("too deep or too long")
        }
        guard starts("<") else { throw Self.malformed("an element is missing") }
        index += 1
        var element = XMLElement(name: try name())
        while true {
            while index < characters.count, characters[index].isWhitespace { index += 1 }
            if starts("/>") {
                index += 2
                return element
            }
            if starts(">") {
                index += 1
                break
            }
            let key = try name()
            guard starts("=\"") || starts("='") else { throw Self.malformed("an attribute has no value") }
            let quote = characters[index + 1]
            index += 2
            let start = index
            while index < characters.count, characters[index] != quote { index += 1 }
            guard index < characters.count else { throw Self.malformed("a quote is open") }
            element.attributes[key] = Self.unescaped(String(characters[start..<index]))
            index += 1
        }
        try content(of: &element, depth: depth)
        return element
    }

    private mutating func content(of element: inout XMLElement, depth: Int) throws(TwilioProblem) {
        var text = ""
        while index < characters.count {
            if starts("</") {
                index += 2
                guard try name() == element.name else { throw Self.malformed("\(element.name) is not closed") }
                try skip(past: ">")
                element.text = Self.trimmed(text)
                return
            }
            if starts("<!--") {
                try skip(past: "-->")
            } else if starts("<![CDATA[") {
                index += 9
                let start = index
                try skip(past: "]]>")
                text += String(characters[start..<(index - 3)])
            } else if starts("<") {
                element.children.append(try self.element(depth: depth + 1))
            } else {
                let start = index
                while index < characters.count, characters[index] != "<" { index += 1 }
                text += Self.unescaped(String(characters[start..<index]))
            }
        }
        throw Self.malformed("\(element.name) is not closed")
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            guard let end = rest.firstIndex(of: ";") else { break }
            let entity = String(rest[rest.index(after: mark)..<end])
            result += Self.entity(entity) ?? "&\(entity);"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func entity(_ name: String) -> String? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            name.first == "#"
                ? (name.dropFirst().first == "x" ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst()))
                    .flatMap(Unicode.Scalar.init).map { String(Character($0)) }
                : nil
        }
    }
}
