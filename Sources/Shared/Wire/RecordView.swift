/// One record as it lies in a batch, in a publish or in a delivery; nothing is copied.
///
/// Layout, big-endian:
/// ```
/// u32 length of what follows   u8 kind   u8 flags   u16 topic length   u16 key length   u16 id length
/// topic   key   id   payload
/// ```
/// The view is valid only while the bytes that it points into are.
public struct RecordView {
    /// Bytes before the topic.
    public static let headerBytes = 12
    /// Flag: the payload was erased on request; only topic, key and id are left.
    public static let tombstoneFlag: UInt8 = 1

    /// The record with its header.
    public let bytes: UnsafeRawBufferPointer

    /// Views the record that starts at `offset`, or nil where its lengths do not fit into `buffer`.
    @inlinable public init?(in buffer: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, buffer.count - offset >= RecordView.headerBytes else { return nil }
        let total = 4 + Int(buffer.u32(at: offset))
        guard total >= RecordView.headerBytes, total <= buffer.count - offset else { return nil }
        let names = Int(buffer.u16(at: offset + 6)) + Int(buffer.u16(at: offset + 8)) + Int(buffer.u16(at: offset + 10))
        guard RecordView.headerBytes + names <= total else { return nil }
        bytes = UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + total])
    }

    /// The kind as written; see ``RecordKind``.
    @inlinable public var rawKind: UInt8 { bytes.u8(at: 4) }
    /// The kind, or nil when this version does not know it.
    @inlinable public var kind: RecordKind? { RecordKind(rawValue: rawKind) }
    /// The flags as written.
    @inlinable public var flags: UInt8 { bytes.u8(at: 5) }
    @inlinable var topicLength: Int { Int(bytes.u16(at: 6)) }
    @inlinable var keyLength: Int { Int(bytes.u16(at: 8)) }
    @inlinable var idLength: Int { Int(bytes.u16(at: 10)) }

    /// Dotted name that filters match.
    @inlinable public var topic: UnsafeRawBufferPointer { bytes.slice(RecordView.headerBytes, topicLength) }
    /// Ordering key: the events of one key are handed out in order.
    @inlinable public var key: UnsafeRawBufferPointer { bytes.slice(RecordView.headerBytes + topicLength, keyLength) }
    /// Deduplication id, `source` + LF + `id`; empty when the event is not deduplicated.
    @inlinable public var id: UnsafeRawBufferPointer {
        bytes.slice(RecordView.headerBytes + topicLength + keyLength, idLength)
    }
    /// The document.
    @inlinable public var payload: UnsafeRawBufferPointer {
        let start = RecordView.headerBytes + topicLength + keyLength + idLength
        return bytes.slice(start, bytes.count - start)
    }
}

/// Writing of records.
extension [UInt8] {
    /// Appends a record; lengths are the caller's to keep (topic 255, key 512, id 1,024 bytes).
    public mutating func putRecord(
        kind: RecordKind, flags: UInt8 = 0, topic: some Collection<UInt8>, key: some Collection<UInt8>,
        id: some Collection<UInt8>, payload: some Collection<UInt8>
    ) {
        let names = topic.count + key.count + id.count
        reserveCapacity(count + RecordView.headerBytes + names + payload.count)
        put(u32: UInt32(RecordView.headerBytes - 4 + names + payload.count))
        put(u8: kind.rawValue)
        put(u8: flags)
        put(u16: UInt16(topic.count))
        put(u16: UInt16(key.count))
        put(u16: UInt16(id.count))
        append(contentsOf: topic)
        append(contentsOf: key)
        append(contentsOf: id)
        append(contentsOf: payload)
    }
}
