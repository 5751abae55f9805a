import Events

/// Where values lie in an answer: a JSON pointer (RFC 6901) in which `*` stands for every element or member.
struct JSONPath: Hashable, Sendable {
    /// Values that one path finds at most.
    static let maxValues = 1_000

    let tokens: [String]

    /// Reads a pointer; the empty one is the whole answer.
    /// - Throws: ``TemplateError`` when it does not begin with `/`.
    init(_ text: String) throws(TemplateError) {
        guard text.isEmpty || text.hasPrefix("/") else { throw TemplateError("a pointer begins with /") }
        tokens = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    func values(in value: JSONValue) -> [JSONValue] {
        var found = [value]
        for token in tokens {
            found = Array(found.lazy.flatMap { Self.step($0, token) }.prefix(Self.maxValues))
        }
        return found
    }

    private static func step(_ value: JSONValue, _ token: String) -> [JSONValue] {
        switch value {
        case .object(let object): token == "*" ? object.members.map(\.value) : [object[token]].compactMap { $0 }
        case .array(let elements):
            token == "*"
                ? elements : Int(token).flatMap { elements.indices.contains($0) ? [elements[$0]] : nil } ?? []
        default: []
        }
    }

    /// The first text or number there, as text.
    func text(in value: JSONValue) -> String? { texts(in: value).first }

    /// All texts and numbers there, as text; empty ones are left out.
    func texts(in value: JSONValue) -> [String] {
        values(in: value).compactMap { value in
            switch value {
            case .string(let text): text.isEmpty ? nil : text
            case .number(let number): number.literal
            default: nil
            }
        }
    }
}
