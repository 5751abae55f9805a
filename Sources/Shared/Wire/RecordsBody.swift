/// One record of a `records` answer, not copied: `u64 offset, u64 time ns, record`.
public struct StoredRecordView {
    /// Bytes before the record.
    public static let headerBytes = 16
    public var offset: UInt64
    /// When the journal took it, nanoseconds since 1970.
    public var time: UInt64
    public var record: RecordView

    public init(offset: UInt64, time: UInt64, record: RecordView) {
        self.offset = offset
        self.time = time
        self.record = record
    }
}

/// Body of `records`: `u64 next, u64 end, u32 count, u32 0`, then that many ``StoredRecordView``s.
///
/// Ask again from `next`; when it equals `end` there was nothing more on disk.
public enum RecordsBody {
    /// Bytes before the first record.
    public static let headerBytes = 24

    /// Calls `body` with each record.
    public static func forEach(
        _ bytes: UnsafeRawBufferPointer, _ body: (StoredRecordView) -> Void
    ) throws(WireError) -> (next: UInt64, end: UInt64) {
        var reader = ByteReader(bytes)
        let next = reader.u64()
        let end = reader.u64()
        let count = reader.u32()
        reader.skip(4)
        for _ in 0..<count {
            let offset = reader.u64()
            let time = reader.u64()
            guard let record = reader.record() else { throw .truncated(what: "records") }
            body(StoredRecordView(offset: offset, time: time, record: record))
        }
        guard reader.isValid else { throw .truncated(what: "records") }
        return (next, end)
    }
}

/// Whole batches as they lie in the journal: body of `slices` after its two offsets, and what a segment file holds.
public enum BatchSlices {
    /// Calls `body` with each batch, up to the first that is not whole; checks no checksum.
    ///
    /// - Returns: How many bytes were whole batches.
    public static func forEachBatch<E: Error>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (_ header: BatchHeader, _ records: UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) -> Int {
        var position = 0
        while let header = BatchHeader(bytes.slice(position, bytes.count - position)),
            header.totalBytes <= bytes.count - position
        {
            try body(header, bytes.slice(position + BatchHeader.byteCount, Int(header.length)))
            position += header.totalBytes
        }
        return position
    }
}
