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

    /// A payload of JSON; null is no payload (CloudEvents JSON format §3.1).
    public init(_ value: JSONValue) {
        self.init(validJSON: value.bytes)
    }

    /// A payload of JSON text, checked.
    ///
    /// Line breaks and tabs between tokens are left out, so that a document is always one line.
    ///
    /// - Parameter text: One JSON value in UTF-8.
    /// - Throws: ``EventError/jsonMalformed(offset:reason:)``.
    public init(json text: some Collection<UInt8>) throws(EventError) {
        try JSONText.check(text)
        self.init(validJSON: text)
    }

    /// A payload that a writer of ours wrote: one whole JSON value, taken without a check.
    public init(_ writer: consuming JSONWriter) {
        self.init(form: .json, bytes: writer.bytes)
    }

    /// A payload of any bytes.
    public init(binary bytes: [UInt8]) {
        self.init(form: .binary, bytes: bytes)
    }

    /// Takes JSON text that has been checked: control characters stand only between its tokens.
    init(validJSON text: some Collection<UInt8>) {
        var bytes = Array(text)
        if bytes.count == 4, bytes.elementsEqual("null".utf8) {
            self = .none
        } else {
            if bytes.contains(where: { $0 < 0x20 }) { bytes.removeAll { $0 < 0x20 } }
            self.init(form: .json, bytes: bytes)
        }
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

    /// Where the JSON object or array lies in bytes that hold nothing else but white space around it.
    ///
    /// Does not check UTF-8. Leaves room for eight levels around it within ``EventLimits/jsonDepth``.
    ///
    /// - Parameter text: Well-formed UTF-8.
    /// - Returns: Its range; nil for other values and malformed text.
    public static func container(in text: UnsafeRawBufferPointer) -> Range<Int>? {
        var parser = JSONParser(text, depth: 8)
        guard let range = try? parser.skipValue(), (try? parser.end()) != nil else { return nil }
        let first = text[range.lowerBound]
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? range : nil
    }

    /// Where the members of a JSON object lie, for a reader that wants their text as it is.
    ///
    /// - Parameter text: One JSON object in UTF-8.
    /// - Returns: Names without their escapes and the ranges of the values, in the order of the text; nil for other
    ///   values and malformed text.
    public static func members(in text: UnsafeRawBufferPointer) -> [(name: String, value: Range<Int>)]? {
        var parser = JSONParser(text)
        var members: [(name: String, value: Range<Int>)] = []
        let isRead: Void? = try? parser.members { (parser) throws(EventError) in
            let name = try parser.string()
            try parser.colon()
            members.append((name, try parser.skipValue()))
        }
        guard isRead != nil, (try? parser.end()) != nil else { return nil }
        return members
    }
}
