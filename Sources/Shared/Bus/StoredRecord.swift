public import Events
public import Wire

/// One record of the journal, as read.
public struct StoredRecord: Sendable {
    public let offset: UInt64
    /// When the journal took it, nanoseconds since 1970.
    public let time: UInt64
    let slice: RecordSlice

    init(offset: UInt64, time: UInt64, slice: RecordSlice) {
        self.offset = offset
        self.time = time
        self.slice = slice
    }

    /// Makes one from its parts, for tests.
    public init(
        offset: UInt64, time: UInt64, kind: RecordKind, topic: String, key: String, id: String, document: [UInt8]
    ) {
        var bytes: [UInt8] = []
        bytes.putRecord(kind: kind, topic: topic.utf8, key: key.utf8, id: id.utf8, payload: document)
        self.init(offset: offset, time: time, slice: RecordSlice(bytes: bytes, start: 0))
    }

    public var kind: RecordKind { slice.kind }
    public var topic: String { slice.topic }
    /// Ordering key, or the entry's key for the changes of maps.
    public var key: String { slice.key }
    /// `source` LF `id`.
    public var id: String { slice.id }
    /// CloudEvents JSON; for the changes of maps see ``mapEntry``.
    public var document: [UInt8] { slice.payload }
    /// Bytes of the whole record, without copying any.
    public var byteCount: Int { slice.withView { $0.bytes.count } }
    /// What was written, for records of kind `mapPut`.
    public var mapEntry: MapEntry? { slice.mapEntry(at: offset) }
    /// Whether the payload was erased on request.
    public var isTombstone: Bool { slice.withView { $0.flags & RecordView.tombstoneFlag != 0 } }

    /// Reads the document.
    /// - Throws: ``EventError`` when it is no CloudEvents document.
    public func event() throws(EventError) -> Event { try CloudEventJSON.decode(slice.payload) }
}

/// Matching records, and where to go on.
public struct ReadPage: Sendable {
    public var records: [StoredRecord]
    /// Ask again from here; equal to `end` when there was nothing more on disk.
    public var next: UInt64
    /// The offset after the last record on disk.
    public var end: UInt64

    public init(records: [StoredRecord], next: UInt64, end: UInt64) {
        self.records = records
        self.next = next
        self.end = end
    }
}

/// Whole batches as they lie in the journal, and where to go on.
public struct RawPage: Sendable {
    /// Batches, one after the other; `BatchSlices` reads them.
    public var bytes: [UInt8]
    /// Ask again from here; equal to `end` when there was nothing more on disk.
    public var next: UInt64
    /// The offset after the last record on disk.
    public var end: UInt64

    public init(bytes: [UInt8], next: UInt64, end: UInt64) {
        self.bytes = bytes
        self.next = next
        self.end = end
    }
}
