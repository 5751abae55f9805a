import Wire

/// An event as tests publish it.
struct SampleEvent: Hashable {
    var topic = "task.created"
    var key = "k"
    var id = ""
    var payload = "{}"

    init(_ key: String = "k", topic: String = "task.created", id: String = "", payload: String = "{}") {
        self.key = key
        self.topic = topic
        self.id = id
        self.payload = payload
    }

    /// The event as it travels and is stored.
    var record: [UInt8] { record(kind: .event) }

    func record(kind: RecordKind, flags: UInt8 = 0) -> [UInt8] {
        var out: [UInt8] = []
        out.putRecord(
            kind: kind, flags: flags, topic: topic.utf8, key: key.utf8, id: id.utf8, payload: payload.utf8
        )
        return out
    }

    init(_ record: RecordView) {
        topic = String(decoding: record.topic, as: UTF8.self)
        key = String(decoding: record.key, as: UTF8.self)
        id = String(decoding: record.id, as: UTF8.self)
        payload = String(decoding: record.payload, as: UTF8.self)
    }
}

/// ``KeyHash/key(_:)`` of a text.
func keyHash(_ key: String) -> UInt64 { Array(key.utf8).withUnsafeBytes { KeyHash.key($0) } }

/// ``KeyHash/id(_:)`` of a text.
func idHash(_ id: String) -> UInt64 { Array(id.utf8).withUnsafeBytes { KeyHash.id($0) } }
