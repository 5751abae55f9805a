internal import CPlatform
internal import Glibc
internal import Wire

/// The file beside a sealed segment that saves scanning it.
///
/// Never evidence about the log: one that does not fit is made anew.
///
/// Layout, big-endian:
/// ```
///   0 u32 magic "PBX1"      4 u16 version = 1     6 u16 flags (bit 0: the segment ends in a clean close)
///   8 16 bytes journal id  24 u64 epoch          32 u64 base offset      40 u64 end offset
///  48 u64 segment bytes    56 u64 first time     64 u64 last time        72 u64 records
///  80 u32 batches          84 u32 index entries  88 u32 ids              92 u32 topics   96 u32 bytes of topics
/// 100 u32 CRC-32C of the index   104 of the ids   108 of the topics      112 of bytes 0..<112
/// 116 index: u64 offset, u64 time, u64 position
///     ids: u64 hash, u32 offset - base        topics: u64 last offset, u16 length, bytes
/// ```
struct Sidecar {
    static let headerBytes = 116
    static let indexEntryBytes = 24
    static let idBytes = 12
    private static let magic: UInt32 = 0x5042_5831
    private static let version: UInt16 = 1

    let file: File
    let summary: SegmentSummary
    private let indexCount: Int
    private let idCount: Int
    private let topicCount: Int
    private let topicBytes: Int
    private let indexCRC: UInt32
    private let idCRC: UInt32
    private let topicCRC: UInt32

    /// Opens the sidecar of a segment, nil when it is missing or its head is not intact.
    init?(_ path: String) {
        guard let file = try? File(path, O_RDONLY), let head = try? file.read(Sidecar.headerBytes, at: 0),
            head.count == Sidecar.headerBytes, let size = try? file.size()
        else { return nil }
        self.file = file
        var reader: (UInt32, UInt16, UInt32) = (0, 0, 0)
        let parsed = head.withUnsafeBytes { bytes -> (SegmentSummary, [UInt32])? in
            reader = (bytes.u32(at: 0), bytes.u16(at: 4), bytes.u32(at: 112))
            guard reader.0 == Sidecar.magic, reader.1 == Sidecar.version, reader.2 == Sidecar.crc(bytes.slice(0, 112)),
                let byteCount = Int(exactly: bytes.u64(at: 48))
            else { return nil }
            let summary = SegmentSummary(
                journalID: JournalID(high: bytes.u64(at: 8), low: bytes.u64(at: 16)), epoch: bytes.u64(at: 24),
                base: bytes.u64(at: 32), end: bytes.u64(at: 40), byteCount: byteCount, firstTime: bytes.u64(at: 56),
                lastTime: bytes.u64(at: 64), records: bytes.u64(at: 72), batches: bytes.u32(at: 80),
                isClosed: bytes.u16(at: 6) & 1 != 0)
            return (summary, stride(from: 84, to: 112, by: 4).map { bytes.u32(at: $0) })
        }
        guard let (summary, numbers) = parsed else { return nil }
        self.summary = summary
        indexCount = Int(numbers[0])
        idCount = Int(numbers[1])
        topicCount = Int(numbers[2])
        topicBytes = Int(numbers[3])
        indexCRC = numbers[4]
        idCRC = numbers[5]
        topicCRC = numbers[6]
        guard size == topicStart + topicBytes else { return nil }
    }

    private var idStart: Int { Sidecar.headerBytes + indexCount * Sidecar.indexEntryBytes }
    private var topicStart: Int { idStart + idCount * Sidecar.idBytes }

    /// The index, nil when it is not intact.
    func index() -> [IndexEntry]? {
        section(Sidecar.headerBytes, indexCount * Sidecar.indexEntryBytes, indexCRC) { bytes in
            (0..<indexCount).map { entry in
                let at = entry * Sidecar.indexEntryBytes
                return IndexEntry(
                    offset: bytes.u64(at: at), time: bytes.u64(at: at + 8), position: Int(bytes.u64(at: at + 16)))
            }
        }
    }

    /// Calls `body` with hash and offset of every id from `offset` on; false, without a call, when it is not intact.
    func forEachID(from offset: UInt64, _ body: (UInt64, UInt64) -> Void) -> Bool {
        let base = summary.base
        return section(idStart, idCount * Sidecar.idBytes, idCRC) { bytes in
            var at = 0
            while at < bytes.count {
                let found = base + UInt64(bytes.u32(at: at + 8))
                if found >= offset { body(bytes.u64(at: at), found) }
                at += Sidecar.idBytes
            }
            return true
        } ?? false
    }

    /// The last offset of each topic, nil when it is not intact.
    func topics() -> [(name: String, offset: UInt64)]? {
        let parsed = section(topicStart, topicBytes, topicCRC) { bytes -> [(name: String, offset: UInt64)]? in
            var reader = ByteReader(bytes)
            let topics = (0..<topicCount).map { _ in
                let offset = reader.u64()
                return (name: reader.text(Int(reader.u16())), offset: offset)
            }
            return reader.isValid ? topics : nil
        }
        return parsed ?? nil
    }

    private func section<T>(_ start: Int, _ count: Int, _ crc: UInt32, _ body: (UnsafeRawBufferPointer) -> T) -> T? {
        guard let bytes = try? file.read(count, at: start), bytes.count == count else { return nil }
        return bytes.withUnsafeBytes { Sidecar.crc($0) == crc ? body($0) : nil }
    }

    private static func crc(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        cplatform_crc32c(0, bytes.baseAddress, bytes.count)
    }

    /// The bytes of a sidecar.
    static func encode(_ summary: SegmentSummary, _ content: SegmentContent) -> [UInt8] {
        var index: [UInt8] = []
        for entry in content.index {
            index.put(u64: entry.offset)
            index.put(u64: entry.time)
            index.put(u64: UInt64(entry.position))
        }
        var topics: [UInt8] = []
        for (name, offset) in content.topics {
            topics.put(u64: offset)
            topics.put(u16: UInt16(name.count))
            topics.append(contentsOf: name)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerBytes + index.count + content.ids.count + topics.count)
        bytes.put(u32: magic)
        bytes.put(u16: version)
        bytes.put(u16: summary.isClosed ? 1 : 0)
        for value in [
            summary.journalID.high, summary.journalID.low, summary.epoch, summary.base, summary.end,
            UInt64(summary.byteCount), summary.firstTime, summary.lastTime, summary.records,
        ] { bytes.put(u64: value) }
        for count in [
            Int(summary.batches), content.index.count, content.ids.count / idBytes, content.topics.count, topics.count,
        ] { bytes.put(u32: UInt32(count)) }
        for section in [index, content.ids, topics] { bytes.put(u32: section.withUnsafeBytes { crc($0) }) }
        bytes.put(u32: bytes.withUnsafeBytes { crc($0) })
        bytes.append(contentsOf: index)
        bytes.append(contentsOf: content.ids)
        bytes.append(contentsOf: topics)
        return bytes
    }

    /// Scans a sealed segment and writes its sidecar.
    ///
    /// - Throws: ``JournalError/damaged(file:byte:reason:)`` when the segment is not intact.
    static func build(_ files: JournalFiles, base: UInt64) throws(JournalError) {
        let file = try File(files.segment(base), O_RDONLY)
        let scanner = try SegmentScanner(file, base: base, limit: file.size(), collects: true)
        try scanner.finish()
        if let damage = scanner.damage { throw scanner.refusal(damage) }
        try File.replace(files.sidecar(base), with: encode(scanner.summary, scanner.content))
    }
}
