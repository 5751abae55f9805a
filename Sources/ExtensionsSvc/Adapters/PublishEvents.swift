import Bus
import Directory
import Events

/// Writes the events of publishing; their key is the directory.
enum PublishEvents {
    static func published(_ manifest: DirectoryManifest, by editor: Editor) throws(EventError) -> OutgoingEvent {
        var data = JSONObject([
            ("version", .number(JSONNumber(manifest.version))), ("count", .number(JSONNumber(manifest.count))),
            ("sha256", .string(manifest.sha256)), ("by", editor.json),
            ("draftRevision", .number(JSONNumber(manifest.draftRevision))),
        ])
        data["rollbackOf"] = manifest.rollbackOf.map { .number(JSONNumber($0)) }
        return try event(
            "extensions.published", id: "published:\(manifest.version):\(manifest.sha256)", at: manifest.publishedAt,
            data)
    }

    static func failed(_ state: PublishState, at time: Timestamp) throws(EventError) -> OutgoingEvent {
        let data = JSONObject([
            ("version", .number(JSONNumber(state.version))), ("by", state.by.json),
            ("draftRevision", .number(JSONNumber(state.draftRevision))),
            ("problems", .array(state.problems.prefix(20).map(\.json))),
        ])
        return try event("extensions.publish_failed", id: "publish_failed:\(state.owner)", at: time, data)
    }

    private static func event(
        _ topic: Topic, id: String, at time: Timestamp, _ data: JSONObject
    ) throws(EventError) -> OutgoingEvent {
        try OutgoingEvent(
            Event(
                id: try EventID(id), source: try EventSource(ChangeEvent.source), topic: topic,
                key: try OrderingKey(ChangeEvent.key), time: time, data: .object(data)))
    }
}
