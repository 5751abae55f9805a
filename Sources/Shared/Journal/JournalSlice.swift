public import Wire

/// Whole batches as they lie on disk, all of one segment, each with its checksum verified.
public struct JournalSlice: Sendable {
    /// The batches, header and records, one after the other.
    public let bytes: [UInt8]
    /// The offset of the first record, which may lie below the offset asked for, or above it where offsets were skipped.
    public let firstOffset: UInt64
    /// Where to read on.
    public let nextOffset: UInt64

    /// Whether there was nothing to read yet.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Calls `body` with each batch; the records are valid during the call.
    public func forEachBatch<E: Error>(
        _ body: (_ header: BatchHeader, _ records: UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(E) in try BatchSlices.forEachBatch(bytes, body) }
        }
        _ = try result.get()
    }

    /// Calls `body` with offset, append time and view of each record from `offset` on; the view is valid during the call.
    public func forEachRecord<E: Error>(
        from offset: UInt64 = 0, _ body: (_ offset: UInt64, _ time: UInt64, _ record: RecordView) throws(E) -> Void
    ) throws(E) {
        try forEachBatch { (header: BatchHeader, records: UnsafeRawBufferPointer) throws(E) in
            var position = 0
            for index in 0..<UInt64(header.count) {
                guard let record = RecordView(in: records, at: position) else { return }
                position += record.bytes.count
                if header.baseOffset + index >= offset { try body(header.baseOffset + index, header.time, record) }
            }
        }
    }
}
