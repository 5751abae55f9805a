/// Events as CloudEvents 1.0 JSON documents (structured mode, media type `application/cloudevents+json`).
public enum CloudEventJSON {
    /// The media type of a document.
    public static let mediaType = "application/cloudevents+json"

    /// Writes an event, strictly: every limit of ``EventLimits`` holds and no extension shadows an attribute.
    ///
    /// The payload comes last, so that a reader of a prefix sees the whole envelope.
    ///
    /// - Parameter event: What to write.
    /// - Returns: Compact JSON in UTF-8.
    /// - Throws: ``EventError/idInvalid(sizeBytes:)`` when source and id together are too long,
    ///   ``EventError/attributeInvalid(name:expected:)`` when an extension has an attribute's name, or
    ///   ``EventError/documentTooLarge(sizeBytes:)``.
    public static func encode(_ event: Event) throws(EventError) -> [UInt8] {
        let idBytes = event.source.path.utf8.count + 1 + event.id.text.utf8.count
        guard idBytes <= EventLimits.idBytes else { throw .idInvalid(sizeBytes: idBytes) }
        var writer = JSONWriter(capacity: 512 + event.data.bytes.count)
        writer.raw("{\"specversion\":\"1.0\",\"id\":")
        writer.string(event.id.text)
        writer.raw(",\"source\":")
        writer.string(event.source.path)
        writer.raw(",\"type\":")
        writer.string(event.topic.name)
        writer.member(",\"subject\":", event.subject)
        writer.member(",\"time\":", event.time)
        writer.member(",\"datacontenttype\":", event.dataContentType)
        writer.raw(",\"partitionkey\":")
        writer.string(event.key.text)
        writer.member(",\"causationid\":", event.causationID)
        writer.member(",\"correlationid\":", event.correlationID)
        writer.member(",\"traceparent\":", event.traceParent)
        writer.member(",\"expiresat\":", event.expiresAt)
        writer.member(",\"replayof\":", event.replayOf)
        for (name, value) in event.extensions.members {
            guard !name.isEmpty, Attribute.byName[name] == nil else {
                throw .attributeInvalid(name: name, expected: "free for an extension")
            }
            writer.raw(",")
            writer.name(name)
            writer.value(value)
        }
        switch event.data.form {
        case .none: break
        case .json:
            writer.raw(",\"data\":")
            writer.raw(event.data.bytes)
        case .binary:
            writer.raw(",\"data_base64\":\"")
            writer.raw(Base64.encode(event.data.bytes))
            writer.raw("\"")
        }
        writer.raw("}")
        guard writer.bytes.count <= EventLimits.documentBytes else {
            throw .documentTooLarge(sizeBytes: writer.bytes.count)
        }
        return writer.bytes
    }

    /// Reads a document, leniently: members may come in any order, unknown ones are kept in ``Event/extensions``, a
    /// null attribute counts as absent, `specversion` may be missing.
    ///
    /// A document without `partitionkey` gets its subject as the key, or else its source.
    ///
    /// - Parameter bytes: The document, at most ``EventLimits/documentBytes``.
    /// - Returns: The event; its payload is checked but not built.
    /// - Throws: ``EventError`` naming the attribute or the byte.
    public static func decode(_ bytes: some Collection<UInt8>) throws(EventError) -> Event {
        guard bytes.count <= EventLimits.documentBytes else { throw .documentTooLarge(sizeBytes: bytes.count) }
        return try withRawBytes(of: bytes) { (raw) throws(EventError) in
            guard UTF8Check.isValid(raw) else { throw .jsonMalformed(offset: 0, reason: "ill-formed UTF-8") }
            var draft = Draft()
            var parser = JSONParser(raw)
            try parser.members { (parser) throws(EventError) in
                let name = try parser.string()
                try parser.colon()
                try draft.take(name, from: &parser)
            }
            try parser.end()
            return try draft.event()
        }
    }

    /// The members with a meaning of their own.
    enum Attribute: Int, CaseIterable {
        case specversion, id, source, type, subject, time, datacontenttype, partitionkey, causationid, correlationid,
            traceparent, expiresat, replayof, data, dataBase64

        /// The name in a document.
        var name: String {
            self == .dataBase64 ? "data_base64" : String(describing: self)
        }

        /// A hash lookup: a string switch over the raw values would compare with each of them.
        static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
    }
}

extension JSONWriter {
    /// Writes a prepared name and a string, or nothing.
    fileprivate mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        raw(name)
        string(text)
    }

    /// Writes a prepared name and a moment, or nothing.
    fileprivate mutating func member(_ name: StaticString, _ time: Timestamp?) {
        guard let time else { return }
        raw(name)
        timestamp(time)
    }
}
