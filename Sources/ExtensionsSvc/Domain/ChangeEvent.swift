import Events

/// What `extensions.changed` says: who changed what, at which revision of the draft.
///
/// These events are the audit log. Many changes of one revision are cut into parts, each an event.
struct ChangeEvent: Hashable, Sendable {
    static let topic: Topic = "extensions.changed"
    static let source = "/extensions"
    static let key = "directory"

    let revision: UInt64
    let editor: Editor
    let at: Timestamp?
    let batch: String?
    let part: Int
    let parts: Int
    let changes: [RecordChange]

    /// The data of an event; nil when it is something else.
    init?(_ event: Event) {
        guard event.topic == Self.topic, let json = event.data.json, let revision = json["revision"]?.integer,
            let editor = Editor(json["actor"]), let changes = json["changes"]?.array
        else { return nil }
        self.revision = UInt64(clamping: revision)
        self.editor = editor
        at = event.time
        batch = json["batch"]?.string
        part = Int(json["part"]?.integer ?? 1)
        parts = Int(json["parts"]?.integer ?? 1)
        self.changes = changes.compactMap { RecordChange($0) }
        guard self.changes.count == changes.count else { return nil }
    }

    /// Writes the events of one revision.
    ///
    /// - Parameters:
    ///   - slices: The changes, cut.
    ///   - revision: Of the draft, which these changes make.
    ///   - headOffset: Where the head lies that they replace: with it, ids are never used twice.
    ///   - editor: Who changed it.
    ///   - at: When.
    ///   - batch: The import that they belong to.
    /// - Returns: One event for each slice.
    /// - Throws: ``EventError`` when an id or a text cannot be written.
    static func events(
        _ slices: [ChangeSlice], revision: UInt64, headOffset: UInt64, editor: Editor, at: Timestamp, batch: String?
    ) throws(EventError) -> [Event] {
        var events: [Event] = []
        for (index, slice) in slices.enumerated() {
            var writer = JSONWriter(capacity: slice.bytes.count + 512)
            writer.raw("{\"revision\":")
            writer.value(.number(JSONNumber(revision)))
            writer.raw(",\"actor\":")
            writer.value(editor.json)
            if let batch {
                writer.raw(",\"batch\":")
                writer.string(batch)
            }
            if slices.count > 1 {
                writer.raw(",\"part\":")
                writer.value(.number(JSONNumber(index + 1)))
                writer.raw(",\"parts\":")
                writer.value(.number(JSONNumber(slices.count)))
            }
            writer.raw(",\"changes\":")
            writer.raw(slice.bytes)
            writer.raw("}")
            events.append(
                Event(
                    id: try EventID("changed:\(revision):\(headOffset):\(index + 1)"), source: try EventSource(source),
                    topic: topic, key: try OrderingKey(key), time: at, data: try EventData(json: writer.bytes)))
        }
        return events
    }
}
