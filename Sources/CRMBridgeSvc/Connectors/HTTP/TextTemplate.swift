import Events

/// Text with named places, `{name}`; `{{` and `}}` are braces.
struct TextTemplate: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(String)
        case place(String)
    }

    let pieces: [Piece]

    /// The names of the places.
    var names: [String] {
        pieces.compactMap { piece in
            guard case .place(let name) = piece else { return nil }
            return name
        }
    }

    /// The name, where the whole template is one place.
    var onlyPlace: String? {
        guard pieces.count == 1, case .place(let name) = pieces[0] else { return nil }
        return name
    }

    /// Reads a template.
    /// - Throws: ``TemplateError`` for a brace without its partner and for a place that is none of `allowed`.
    init(_ text: some StringProtocol, allowed: Set<String>) throws(TemplateError) {
        var pieces: [Piece] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch (character, rest.first) {
            case ("{", "{"), ("}", "}"):
                literal.append(character)
                rest.removeFirst()
            case ("{", _):
                guard let end = rest.firstIndex(of: "}") else { throw TemplateError("a brace has no end") }
                let name = String(rest[..<end])
                guard allowed.contains(name) else {
                    throw TemplateError(
                        "{\(name.prefix(40))} is none of \(allowed.sorted().map { "{\($0)}" }.joined(separator: ", "))")
                }
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = ""
                pieces.append(.place(name))
                rest = rest[rest.index(after: end)...]
            case ("}", _): throw TemplateError("a brace has no beginning; write }} for one")
            default: literal.append(character)
            }
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        self.pieces = pieces
    }

    /// The text with values in their places, each through `encode`; nil when one has no value.
    func render(_ values: TemplateValues, encode: (String) -> String) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .place(let name):
                guard let value = values.text(name) else { return nil }
                text += encode(value)
            }
        }
        return text
    }
}

/// What is wrong with a template, for whoever wrote the configuration.
struct TemplateError: Error, Hashable, Sendable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Values for the places of templates.
struct TemplateValues: Sendable {
    private var values: [String: JSONValue]

    init(_ values: [String: JSONValue] = [:]) { self.values = values }

    subscript(name: String) -> JSONValue? {
        // `nil` would be JSON's null here.
        get { values[name].flatMap { $0 == .null ? JSONValue?.none : $0 } }
        set { values[name] = newValue }
    }

    /// As text; nil where there is none, or it is empty.
    func text(_ name: String) -> String? {
        switch self[name] {
        case .string(let text)?: text.isEmpty ? nil : text
        case .number(let number)?: number.literal
        case .bool(let value)?: value ? "true" : "false"
        default: nil
        }
    }
}
