import Events

/// Writes the members of one JSON object straight into bytes.
struct JSONFields: Sendable {
    private var writer: JSONWriter
    private var isEmpty = true

    init(capacity: Int = 512) {
        writer = JSONWriter(capacity: capacity)
        writer.raw("{")
    }

    /// The whole object.
    var bytes: [UInt8] { writer.bytes + [UInt8(ascii: "}")] }

    private mutating func begin(_ name: StaticString) {
        if isEmpty { isEmpty = false } else { writer.raw(byte: UInt8(ascii: ",")) }
        writer.raw(byte: UInt8(ascii: "\""))
        writer.raw(name)
        writer.raw("\":")
    }

    /// A string, or null.
    mutating func text(_ name: StaticString, _ value: String?) {
        begin(name)
        if let value { writer.string(value) } else { writer.raw("null") }
    }

    /// A whole number, or null.
    mutating func number(_ name: StaticString, _ value: Int?) {
        begin(name)
        guard let value else { return writer.raw("null") }
        writer.raw(Array(String(value).utf8))
    }

    mutating func bool(_ name: StaticString, _ value: Bool) {
        begin(name)
        if value { writer.raw("true") } else { writer.raw("false") }
    }

    mutating func null(_ name: StaticString) {
        begin(name)
        writer.raw("null")
    }

    /// An ISO 8601 time in whole seconds, as the v1 and v2 hosts write it, or null.
    mutating func date(_ name: StaticString, _ value: Timestamp?) {
        begin(name)
        if let value { writer.timestamp(value.wholeSeconds) } else { writer.raw("null") }
    }

    /// Any value under a name that is only known now.
    mutating func value(named name: String, _ value: JSONValue) {
        if isEmpty { isEmpty = false } else { writer.raw(byte: UInt8(ascii: ",")) }
        writer.name(name)
        writer.value(value)
    }

    /// Any value.
    mutating func value(_ name: StaticString, _ value: JSONValue) {
        begin(name)
        writer.value(value)
    }

    /// Valid JSON as it is.
    mutating func raw(_ name: StaticString, _ json: [UInt8]) {
        begin(name)
        writer.raw(json)
    }

    /// A nested object.
    mutating func object(_ name: StaticString, _ body: (inout JSONFields) -> Void) {
        begin(name)
        var inner = JSONFields(capacity: 0)
        swap(&writer, &inner.writer)
        inner.writer.raw("{")
        body(&inner)
        inner.writer.raw("}")
        swap(&writer, &inner.writer)
    }

    /// An array of objects.
    mutating func objects<Element>(
        _ name: StaticString, _ elements: some Sequence<Element>, _ body: (Element, inout JSONFields) -> Void
    ) {
        begin(name)
        writer.raw("[")
        var isFirst = true
        for element in elements {
            if isFirst { isFirst = false } else { writer.raw(",") }
            var inner = JSONFields(capacity: 0)
            swap(&writer, &inner.writer)
            inner.writer.raw("{")
            body(element, &inner)
            inner.writer.raw("}")
            swap(&writer, &inner.writer)
        }
        writer.raw("]")
    }
}
