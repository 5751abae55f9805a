internal import Wire

/// Where one batch lies, about every 64 KiB.
struct IndexEntry: Sendable, Equatable {
    /// Base offset of the batch.
    var offset: UInt64
    /// Its append time, ns.
    var time: UInt64
    /// Its first byte in the segment file.
    var position: Int

    /// Distance between two entries.
    static let spacing = 1 << 16
}

/// What one segment is, without its records.
struct SegmentSummary: Sendable, Equatable {
    var journalID: JournalID
    var epoch: UInt64
    var base: UInt64
    /// The offset after the last record.
    var end: UInt64
    /// Bytes of the file, with head and footer.
    var byteCount: Int
    var firstTime: UInt64
    var lastTime: UInt64
    var records: UInt64 = 0
    var batches: UInt32 = 0
    /// Whether it ends in the footer of a clean close.
    var isClosed = false
}

/// What a sidecar holds besides the summary, gathered while a segment is scanned.
struct SegmentContent {
    var index: [IndexEntry] = []
    /// For each event with an id, in order: u64 hash, u32 offset - base; big-endian as in the sidecar.
    var ids: [UInt8] = []
    private(set) var topics: [[UInt8]: UInt64] = [:]
    private var recentTopic: [UInt8] = []
    private var recentOffset: UInt64?

    /// Notes the batch at `position` if the last entry is far enough behind.
    mutating func note(_ header: BatchHeader, at position: Int) {
        if let last = index.last, position - last.position < IndexEntry.spacing { return }
        index.append(IndexEntry(offset: header.baseOffset, time: header.time, position: position))
    }

    mutating func note(_ record: RecordView, offset: UInt64, base: UInt64) {
        if record.kind == .event, !record.id.isEmpty {
            ids.put(u64: KeyHash.id(record.id))
            ids.put(u32: UInt32(offset - base))
        }
        let topic = record.topic
        guard !topic.isEmpty else { return }
        // Runs of one topic are the rule: one dictionary write for the run.
        if recentOffset == nil || !recentTopic.elementsEqual(topic) {
            flushTopic()
            recentTopic = Array(topic)
        }
        recentOffset = offset
    }

    /// Call once after the last record.
    mutating func flushTopic() {
        if let recentOffset { topics[recentTopic] = recentOffset }
        recentOffset = nil
    }

    /// Calls `body` with hash and offset of each id from `offset` on.
    func forEachID(base: UInt64, from offset: UInt64, _ body: (_ hash: UInt64, _ offset: UInt64) -> Void) {
        ids.withUnsafeBytes { bytes in
            for at in stride(from: 0, to: bytes.count, by: Sidecar.idBytes) {
                let found = base + UInt64(bytes.u32(at: at + 8))
                if found >= offset { body(bytes.u64(at: at), found) }
            }
        }
    }
}
