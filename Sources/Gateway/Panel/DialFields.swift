import Events

/// Reads the members of a dial's body, each with its rule; null counts as absent.
struct DialFields {
    private let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    private subscript(name: String) -> JSONValue? {
        json[name] == .null ? nil : json[name]
    }

    /// A text of 1 to `maxBytes` bytes without control characters.
    func text(_ name: String, maxBytes: Int) throws(Dial.Refusal) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string, Self.isText(text, maxBytes) else {
            throw .field(name, rule: "it must be a text of 1 to \(maxBytes) bytes without control characters.")
        }
        return text
    }

    /// A text of letters, digits, `-` and `_`.
    func identifier(_ name: String, bytes: ClosedRange<Int>) throws(Dial.Refusal) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string, bytes.contains(text.utf8.count), text.utf8.allSatisfy(Self.isIdentifierByte)
        else {
            let range = "\(bytes.lowerBound) to \(bytes.upperBound)"
            throw .field(name, rule: "it must have \(range) letters, digits, '-' or '_'.")
        }
        return text
    }

    /// What is pressed once a call is answered: 1 to 20 of 0-9, `*`, `#`, and `w`, `,` or `;` for a pause.
    func keys(_ name: String) throws(Dial.Refusal) -> String? {
        guard let text = try text(name, maxBytes: 20) else { return nil }
        guard text.utf8.allSatisfy({ "0123456789*#w,;".utf8.contains($0) }) else {
            throw .field(name, rule: "it must be 1 to 20 of 0-9, *, #, and w, ',' or ';' for a pause.")
        }
        return text
    }

    func bool(_ name: String) throws(Dial.Refusal) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let bool = value.bool else { throw .field(name, rule: "it must be true or false.") }
        return bool
    }

    /// A country, ISO 3166-1 alpha-2.
    func region(_ name: String) throws(Dial.Refusal) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string, text.utf8.count == 2, text.utf8.allSatisfy({ (65...90).contains($0) }) else {
            throw .field(name, rule: "it must be two capital letters, ISO 3166-1 alpha-2.")
        }
        return text
    }

    /// The CRM's record that was clicked: entity, id and perhaps a label; anything else is left out.
    func record(_ name: String) throws(Dial.Refusal) -> JSONObject? {
        guard let value = self[name] else { return nil }
        let members = DialFields(value)
        guard value.object != nil, let entity = try members.text("entity", maxBytes: Dial.maxTextBytes),
            let id = try members.text("id", maxBytes: Dial.maxTextBytes)
        else { throw .field(name, rule: "it must be an object with the texts entity and id.") }
        var record = JSONObject([("entity", .string(entity)), ("id", .string(id))])
        record["label"] = try members.text("label", maxBytes: Dial.maxTextBytes).map { .string($0) }
        return record
    }

    private static func isText(_ text: String, _ maxBytes: Int) -> Bool {
        (1...maxBytes).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
