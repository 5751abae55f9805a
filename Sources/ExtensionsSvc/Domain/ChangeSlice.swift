import Events

/// A part of many changes that fits into one event and one map entry.
struct ChangeSlice: Hashable, Sendable {
    /// Changes of one slice at most, and bytes of their JSON before the next slice begins.
    static let maxChanges = 500
    static let maxBytes = 393_216

    let changes: [RecordChange]
    /// `[{"id":…,"before":…,"after":…},…]`.
    let bytes: [UInt8]

    private init(_ changes: [RecordChange], _ texts: [[UInt8]]) {
        self.changes = changes
        bytes = Array("[".utf8) + Array(texts.joined(separator: Array(",".utf8))) + Array("]".utf8)
    }

    /// Reads what ``bytes`` holds; nil when it is something else.
    init?(_ bytes: [UInt8]) {
        guard let array = (try? JSONValue(parsing: bytes))?.array else { return nil }
        let changes = array.compactMap { RecordChange($0) }
        guard changes.count == array.count else { return nil }
        self.changes = changes
        self.bytes = bytes
    }

    /// Cuts changes in their order.
    static func cut(_ changes: some Sequence<RecordChange>) -> [ChangeSlice] {
        var slices: [ChangeSlice] = []
        var part: [RecordChange] = []
        var texts: [[UInt8]] = []
        var size = 0
        for change in changes {
            let text = change.json.bytes
            part.append(change)
            texts.append(text)
            size += text.count + 1
            guard part.count == maxChanges || size >= maxBytes else { continue }
            slices.append(ChangeSlice(part, texts))
            (part, texts, size) = ([], [], 0)
        }
        if !part.isEmpty { slices.append(ChangeSlice(part, texts)) }
        return slices
    }
}
