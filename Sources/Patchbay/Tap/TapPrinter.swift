import Events

/// Prints events in one of the formats of `patchbay tap`.
struct TapPrinter: Sendable {
    enum Format: String, CaseIterable, Sendable {
        case table, json, cloudevents
    }

    let format: Format
    /// Nil shows everything.
    let mask: Mask?
    let console: Console

    func show(_ item: TapRow.Item) throws {
        try console.put(line(item, width: console.output.width, style: console.output.style))
    }

    /// One event as one line.
    func line(_ item: TapRow.Item, width: Int, style: Style) -> String {
        let shown = masked(item)
        switch format {
        case .table: return TapRow(style: style, width: width).line(shown)
        case .cloudevents: return document(shown).description
        case .json:
            var object = JSONObject()
            object["offset"] = .number(JSONNumber(item.offset))
            object["time"] = .string(Timestamp(unixNanoseconds: item.time).rfc3339)
            object["topic"] = .string(item.topic)
            object["key"] = .string(shown.key)
            object["event"] = document(shown)
            return JSONValue.object(object).description
        }
    }

    private func masked(_ item: TapRow.Item) -> TapRow.Item {
        guard let mask else { return item }
        guard let event = item.event.map(mask.masked) else {
            // What is no event cannot be masked field by field.
            let note = Array(#"{"masked":true,"bytes":\#(item.document.count)}"#.utf8)
            return TapRow.Item(
                offset: item.offset, time: item.time, topic: item.topic, key: mask.masked(item.key), event: nil,
                document: note)
        }
        return TapRow.Item(
            offset: item.offset, time: item.time, topic: item.topic, key: event.key.text, event: event,
            document: (try? CloudEventJSON.encode(event)) ?? [])
    }

    /// The document on one line, whatever white space the publisher put into it.
    private func document(_ item: TapRow.Item) -> JSONValue {
        (try? JSONValue(parsing: item.document)) ?? .string(String(decoding: item.document, as: UTF8.self))
    }
}
