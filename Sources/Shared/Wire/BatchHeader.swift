internal import CPlatform

/// The head of a batch: the unit of atomicity, of checking and of sync in the journal.
///
/// Layout, 72 bytes, big-endian, followed by `length` bytes of records:
/// ```
///  0 u32 magic "PBJ1"       4 u16 version = 1       6 u16 flags (bit 0: clean close)
///  8 16 bytes journal id   24 u64 epoch            32 u64 offset of the first record
/// 40 u32 record count      44 u32 length           48 u64 synced-through
/// 56 u64 append time, ns   64 u32 CRC-32C of bytes 0..<64 and the records   68 u32 zero
/// ```
/// The n-th record of a batch has the offset `baseOffset + n`. `syncedThrough` is the end of what was known to be on
/// disk when the batch was written: damage below the highest valid one is loss, damage above it is a torn write.
public struct BatchHeader: Equatable, Sendable {
    /// Bytes before the records.
    public static let byteCount = 72
    /// The first four bytes of a batch.
    public static let magic: UInt32 = 0x5042_4A31
    /// The layout's version.
    public static let version: UInt16 = 1
    /// Flag of the empty batch that a clean close leaves at the end.
    public static let cleanCloseFlag: UInt16 = 1

    public var flags: UInt16 = 0
    public var journalID: JournalID
    public var epoch: UInt64
    public var baseOffset: UInt64
    public var count: UInt32
    public var length: UInt32
    public var syncedThrough: UInt64
    /// Nanoseconds since 1970, never less than the batch before.
    public var time: UInt64

    /// The offset after the last record.
    public var endOffset: UInt64 { baseOffset + UInt64(count) }
    /// Header and records.
    public var totalBytes: Int { BatchHeader.byteCount + Int(length) }

    public init(
        flags: UInt16 = 0, journalID: JournalID, epoch: UInt64, baseOffset: UInt64, count: UInt32, length: UInt32,
        syncedThrough: UInt64, time: UInt64
    ) {
        self.flags = flags
        self.journalID = journalID
        self.epoch = epoch
        self.baseOffset = baseOffset
        self.count = count
        self.length = length
        self.syncedThrough = syncedThrough
        self.time = time
    }

    /// Writes the header with its checksum in front of `records`, which must be `length` bytes.
    public func encode(into buffer: UnsafeMutableRawBufferPointer, records: UnsafeRawBufferPointer) {
        precondition(buffer.count >= BatchHeader.byteCount && records.count == Int(length))
        func store<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
            buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
        }
        store(BatchHeader.magic, 0)
        store(BatchHeader.version, 4)
        store(flags, 6)
        store(journalID.high, 8)
        store(journalID.low, 16)
        store(epoch, 24)
        store(baseOffset, 32)
        store(count, 40)
        store(length, 44)
        store(syncedThrough, 48)
        store(time, 56)
        let head = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[0..<64])
        store(BatchHeader.checksum(head: head, records: records), 64)
        store(UInt32(0), 68)
    }

    /// Reads a header without checking the records; nil where magic, version or size are not those of a batch.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= BatchHeader.byteCount, bytes.u32(at: 0) == BatchHeader.magic,
            bytes.u16(at: 4) == BatchHeader.version, bytes.u32(at: 68) == 0
        else { return nil }
        self.init(
            flags: bytes.u16(at: 6), journalID: JournalID(high: bytes.u64(at: 8), low: bytes.u64(at: 16)),
            epoch: bytes.u64(at: 24), baseOffset: bytes.u64(at: 32), count: bytes.u32(at: 40),
            length: bytes.u32(at: 44), syncedThrough: bytes.u64(at: 48), time: bytes.u64(at: 56))
    }

    /// Whether the batch that starts `bytes` is whole and its checksum right.
    public static func isIntact(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let header = BatchHeader(bytes), bytes.count >= header.totalBytes else { return false }
        let records = bytes.slice(byteCount, Int(header.length))
        return bytes.u32(at: 64) == checksum(head: bytes.slice(0, 64), records: records)
    }

    private static func checksum(head: UnsafeRawBufferPointer, records: UnsafeRawBufferPointer) -> UInt32 {
        cplatform_crc32c(cplatform_crc32c(0, head.baseAddress, head.count), records.baseAddress, records.count)
    }
}
