/// The payload of an event: JSON text that is known to be valid, or bytes, or nothing.
///
/// JSON stays text until somebody asks: forwarding an event never rebuilds its payload.
public struct EventData: Hashable, Sendable {
    /// How the payload is written in the document.
    public enum Form: Hashable, Sendable {
        case none
        /// In `data`, as it is.
        case json
        /// In `data_base64`.
        case binary
    }

    /// How the payload is written in the document.
    public let form: Form
    /// The JSON text in UTF-8, or the bytes themselves.
    public let bytes: [UInt8]

    /// No payload.
    public static let none = EventData(form: .none, bytes: [])

    /// A payload of JSON.
    public init(_ value: JSONValue) {
        self.init(form: .json, bytes: value.bytes)
    }

    /// A payload of JSON text, checked.
    ///
    /// - Parameter text: One JSON value in UTF-8.
    /// - Throws: ``EventError/jsonMalformed(offset:reason:)``.
    public init(json text: some Collection<UInt8>) throws(EventError) {
        try JSONText.check(text)
        self.init(form: .json, bytes: Array(text))
    }

    /// A payload of any bytes.
    public init(binary bytes: [UInt8]) {
        self.init(form: .binary, bytes: bytes)
    }

    /// Takes bytes that are known to fit the form.
    init(form: Form, bytes: [UInt8]) {
        self.form = form
        self.bytes = bytes
    }

    /// The payload as a JSON value; nil when it is binary or absent.
    public var json: JSONValue? {
        guard form == .json else { return nil }
        return try? JSONValue(parsing: bytes)
    }
}

/// Checks of JSON text without building values.
public enum JSONText {
    /// Checks that bytes are one JSON value, in well-formed UTF-8.
    ///
    /// - Parameter text: The bytes.
    /// - Throws: ``EventError/jsonMalformed(offset:reason:)``.
    public static func check(_ text: some Collection<UInt8>) throws(EventError) {
        try withRawBytes(of: text) { (raw) throws(EventError) in
            var parser = JSONParser(raw)
            _ = try parser.skipValue()
            try parser.end()
            guard UTF8Check.isValid(raw) else { throw .jsonMalformed(offset: 0, reason: "ill-formed UTF-8") }
        }
    }

    /// The range of a JSON object or array within bytes that hold nothing else but white space around it; nil for
    /// other values and malformed text. Does not check UTF-8.
    ///
    /// - Parameter text: Well-formed UTF-8.
    /// - Returns: Where the object or array lies.
    public static func container(in text: UnsafeRawBufferPointer) -> Range<Int>? {
        var parser = JSONParser(text)
        guard let range = try? parser.skipValue(), (try? parser.end()) != nil else { return nil }
        let first = text[range.lowerBound]
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? range : nil
    }
}
