/// Reads a message from front to back and remembers, instead of trapping, that it was too short.
///
/// Check ``isValid`` once at the end: after the first read past the end every value is zero or empty.
public struct ByteReader {
    /// The whole message.
    public let bytes: UnsafeRawBufferPointer
    /// Where the next read starts.
    public private(set) var position: Int
    /// Whether every read so far found its bytes.
    public private(set) var isValid = true

    /// Starts at `position` of `bytes`, which must outlive the reader.
    @inlinable public init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.init(bytes: bytes, start: position)
    }

    @usableFromInline init(bytes: UnsafeRawBufferPointer, start: Int) {
        self.bytes = bytes
        self.position = start
    }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - position }

    private mutating func advance(_ count: Int) -> Int? {
        guard isValid, count >= 0, count <= remaining else {
            isValid = false
            return nil
        }
        defer { position += count }
        return position
    }

    /// The next byte.
    public mutating func u8() -> UInt8 { advance(1).map { bytes.u8(at: $0) } ?? 0 }
    /// The next 16-bit integer.
    public mutating func u16() -> UInt16 { advance(2).map { bytes.u16(at: $0) } ?? 0 }
    /// The next 32-bit integer.
    public mutating func u32() -> UInt32 { advance(4).map { bytes.u32(at: $0) } ?? 0 }
    /// The next 64-bit integer.
    public mutating func u64() -> UInt64 { advance(8).map { bytes.u64(at: $0) } ?? 0 }
    /// Passes over `count` bytes.
    public mutating func skip(_ count: Int) { _ = advance(count) }

    /// The next `count` bytes, not copied.
    public mutating func raw(_ count: Int) -> UnsafeRawBufferPointer {
        advance(count).map { bytes.slice($0, count) } ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The next `count` bytes as text; invalid UTF-8 is replaced.
    public mutating func text(_ count: Int) -> String { String(decoding: raw(count), as: UTF8.self) }

    /// The next record, or nil (and not valid any more) where its lengths do not fit.
    public mutating func record() -> RecordView? {
        guard isValid, let record = RecordView(in: bytes, at: position) else {
            isValid = false
            return nil
        }
        position += record.bytes.count
        return record
    }
}
