internal import Events
internal import Twilio

/// Something that reads from a JSON object of the provider.
protocol TwilioResource: Sendable {
    /// Reads what it needs; unknown members are ignored.
    init(_ fields: Fields) throws(FieldError)
}

/// A member of an answer that is missing or not what the documentation says.
struct FieldError: Error, Hashable, CustomStringConvertible {
    let name: String
    let expected: String

    var description: String { "'\(name)' is not \(expected)" }
}

/// The members of one JSON object of an answer, read by type.
///
/// SIDs are read leniently: what the provider sends is not ours to refuse.
struct Fields: Sendable {
    let object: JSONObject
    /// `ETag` of the answer that has just this resource.
    let etag: String?

    init(_ object: JSONObject, etag: String? = nil) {
        self.object = object
        self.etag = etag
    }

    init(_ response: TransportResponse) throws(FieldError) {
        guard let object = (try? JSONValue(parsing: response.body))?.object else {
            throw FieldError(name: "body", expected: "a JSON object")
        }
        self.init(object, etag: response.headers[.entityTag])
    }

    subscript(name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    func text(_ name: String) throws(FieldError) -> String {
        guard let text = self[name]?.string else { throw FieldError(name: name, expected: "a text") }
        return text
    }

    func optionalText(_ name: String) -> String? { self[name]?.string }

    /// A text, or a number as one.
    func looseText(_ name: String) -> String? {
        switch self[name] {
        case .string(let text): text
        case .number(let number): number.literal
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    func sid<Resource>(_ name: String) throws(FieldError) -> SID<Resource> {
        guard let sid: SID<Resource> = optionalSID(name) else {
            throw FieldError(name: name, expected: "the SID of a \(Resource.name)")
        }
        return sid
    }

    func optionalSID<Resource>(_ name: String) -> SID<Resource>? {
        guard let text = self[name]?.string else { return nil }
        return try? SID(lenient: text)
    }

    /// A whole number, which some resources write as a text.
    func optionalInteger(_ name: String) -> Int? {
        switch self[name] {
        case .number(let number): number.integer.flatMap { Int(exactly: $0) }
        case .string(let text): Int(text)
        default: nil
        }
    }

    func integer(_ name: String) throws(FieldError) -> Int {
        guard let value = optionalInteger(name) else { throw FieldError(name: name, expected: "a whole number") }
        return value
    }

    func optionalBool(_ name: String) -> Bool? { self[name]?.bool }

    func bool(_ name: String) throws(FieldError) -> Bool {
        guard let value = optionalBool(name) else { throw FieldError(name: name, expected: "true or false") }
        return value
    }

    /// A time in ISO 8601, or in RFC 2822 as the API of 2010 writes it.
    func time(_ name: String) -> Timestamp? {
        guard let text = self[name]?.string else { return nil }
        return (try? Timestamp(rfc3339: text)) ?? Timestamp(rfc2822: text)
    }

    /// Attributes, a JSON text; an object in their place is taken too.
    func attributes(_ name: String = "attributes") -> TwilioAttributes {
        switch self[name] {
        case .string(let text): TwilioAttributes(text: text)
        case .object(let object): TwilioAttributes(object)
        default: .empty
        }
    }

    /// An object, or one inside a text as some resources send it; empty when it is missing.
    func document(_ name: String) -> JSONObject {
        switch self[name] {
        case .object(let object): object
        case .string(let text): (try? JSONValue(parsing: text.utf8))?.object ?? JSONObject()
        default: JSONObject()
        }
    }

    func texts(_ name: String) -> [String] {
        (self[name]?.array ?? []).compactMap(\.string)
    }

    func list<Element: TwilioResource>(_ name: String) throws(FieldError) -> [Element] {
        var elements: [Element] = []
        for value in self[name]?.array ?? [] {
            if let object = value.object { elements.append(try Element(Fields(object))) }
        }
        return elements
    }
}
