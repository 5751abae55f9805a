extension CloudEventJSON {
    /// What has been read of a document so far.
    struct Draft {
        /// By the attribute's raw value.
        private var texts = [String?](repeating: nil, count: Attribute.allCases.count)
        private var data = EventData.none
        private var extensions = JSONObject()

        /// Reads the value of one member.
        mutating func take(_ name: String, from parser: inout JSONParser) throws(EventError) {
            guard let attribute = Attribute.byName[name] else {
                extensions[name] = try parser.value()
                return
            }
            switch attribute {
            case .data:
                let range = try parser.skipValue()
                data = EventData(validJSON: parser.bytes[range])
            case .dataBase64:
                switch try parser.value() {
                case .null: break
                case .string(let text):
                    guard let bytes = Base64.decode(text.utf8) else {
                        throw .attributeInvalid(name: name, expected: "Base64")
                    }
                    data = EventData(binary: bytes)
                default: throw .attributeInvalid(name: name, expected: "a string")
                }
            default:
                switch try parser.value() {
                case .null: texts[attribute.rawValue] = nil
                case .string(let text): texts[attribute.rawValue] = text
                default: throw .attributeInvalid(name: name, expected: "a string")
                }
            }
        }

        /// The event, once the whole document has been read.
        func event() throws(EventError) -> Event {
            if let version = text(.specversion), !version.hasPrefix("1.") {
                throw .attributeInvalid(name: "specversion", expected: "1.0")
            }
            let id = try EventID(try required(.id))
            let source = try EventSource(try required(.source))
            let idBytes = source.path.utf8.count + 1 + id.text.utf8.count
            guard idBytes <= EventLimits.idBytes else { throw .idInvalid(sizeBytes: idBytes) }
            let key = try OrderingKey(text(.partitionkey) ?? text(.subject) ?? source.path)
            var event = Event(id: id, source: source, topic: try Topic(try required(.type)), key: key, data: data)
            event.subject = text(.subject)
            event.time = try timestamp(.time)
            event.dataContentType = text(.datacontenttype)
            event.causationID = text(.causationid)
            event.correlationID = text(.correlationid)
            event.traceParent = text(.traceparent)
            event.expiresAt = try timestamp(.expiresat)
            event.replayOf = text(.replayof)
            event.extensions = extensions
            return event
        }

        private func text(_ attribute: Attribute) -> String? {
            texts[attribute.rawValue]
        }

        private func required(_ attribute: Attribute) throws(EventError) -> String {
            guard let text = text(attribute) else { throw .attributeMissing(name: attribute.name) }
            return text
        }

        private func timestamp(_ attribute: Attribute) throws(EventError) -> Timestamp? {
            guard let text = text(attribute) else { return nil }
            guard let time = try? Timestamp(rfc3339: text) else {
                throw .attributeInvalid(name: attribute.name, expected: "an RFC 3339 time between 1970 and 2554")
            }
            return time
        }
    }
}
