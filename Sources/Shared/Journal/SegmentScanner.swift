internal import Glibc
internal import Wire

/// Walks a segment from its head on, batch by batch, and stops at the first byte that is not what was written.
final class SegmentScanner {
    /// Why the walk stopped early.
    struct Damage: Equatable {
        var byte: Int
        var reason: String
    }

    let path: String
    let head: BatchHeader
    private let window: FileWindow
    private let collects: Bool
    private(set) var content = SegmentContent()
    private(set) var summary: SegmentSummary
    /// Highest synced-through seen.
    private(set) var syncedThrough: UInt64
    private(set) var damage: Damage?
    /// Whether the walk ended at zeros that reach to the end of the file: space written ahead, not damage.
    private(set) var isInReserve = false

    /// The first byte after the valid batches.
    var position: Int { summary.byteCount }
    var bytesRead: Int { window.bytesRead }
    var limit: Int { window.limit }

    /// Reads and checks the head.
    ///
    /// - Parameters:
    ///   - file: The segment, open for reading.
    ///   - base: The offset in its name.
    ///   - limit: How many of its bytes to look at.
    ///   - collects: Whether to gather what a sidecar holds.
    /// - Throws: ``JournalError/damaged(file:byte:reason:)`` when the head is not intact: it was synced before the
    ///   segment got its name.
    init(_ file: File, base: UInt64, limit: Int, collects: Bool) throws(JournalError) {
        path = file.path
        window = FileWindow(file, limit: limit)
        self.collects = collects
        head = try SegmentScanner.head(window.bytes(at: 0, count: BatchHeader.byteCount), path: file.path, base: base)
        syncedThrough = head.syncedThrough
        summary = SegmentSummary(
            journalID: head.journalID, epoch: head.epoch, base: base, end: base, byteCount: BatchHeader.byteCount,
            firstTime: head.time, lastTime: head.time)
    }

    /// Checks the 72 bytes that begin every segment.
    static func head(_ bytes: UnsafeRawBufferPointer, path: String, base: UInt64) throws(JournalError) -> BatchHeader {
        func damaged(_ reason: String) -> JournalError { .damaged(file: path, byte: 0, reason: reason) }
        guard bytes.count >= BatchHeader.byteCount else { throw damaged("the segment's head is cut off") }
        if bytes.u32(at: 0) == BatchHeader.magic, bytes.u16(at: 4) != BatchHeader.version {
            throw .unsupportedVersion(file: path, found: bytes.u16(at: 4), supported: BatchHeader.version)
        }
        guard let head = BatchHeader(bytes), head.count == 0, head.length == 0, BatchHeader.isIntact(bytes) else {
            throw damaged("the segment's head is not intact")
        }
        guard head.baseOffset == base, head.syncedThrough <= base, head.flags & BatchHeader.cleanCloseFlag == 0 else {
            throw damaged("the segment's head does not belong to a file of this name")
        }
        return head
    }

    /// Whether the checksum of a head is right, whatever it says.
    static func isHeadIntact(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { BatchHeader.isIntact($0) } }

    /// The next valid batch, nil at the end or at damage; valid until the next call.
    func next() throws(JournalError) -> UnsafeRawBufferPointer? {
        guard damage == nil, position < limit, !isInReserve else { return nil }
        let start = try window.bytes(at: position, count: BatchHeader.byteCount)
        if start.first == 0, try contentEnd() == position {
            isInReserve = true
            content.flushTopic()
            return nil
        }
        guard !summary.isClosed else { return stop("bytes follow the footer of a clean close") }
        guard start.count == BatchHeader.byteCount else { return stop("a batch header is cut off") }
        guard let header = BatchHeader(start) else { return stop("no batch header is there") }
        guard header.totalBytes <= limit - position else {
            return stop("a batch of \(header.totalBytes) bytes reaches beyond the end of the file")
        }
        let bytes = try window.bytes(at: position, count: header.totalBytes)
        guard bytes.count == header.totalBytes else { return stop("a batch is cut off") }
        guard BatchHeader.isIntact(bytes) else { return stop("the checksum of a batch is wrong") }
        guard isInPlace(header) else { return stop("a batch does not follow the one before it") }
        guard gather(header, bytes.slice(BatchHeader.byteCount, Int(header.length))) else {
            return stop("the records of a batch do not fill it")
        }
        accept(header)
        return bytes
    }

    private func stop(_ reason: String) -> UnsafeRawBufferPointer? {
        damage = Damage(byte: position, reason: reason)
        content.flushTopic()
        return nil
    }

    private func isInPlace(_ header: BatchHeader) -> Bool {
        let isFooter = header.flags & BatchHeader.cleanCloseFlag != 0
        return header.journalID == head.journalID && header.epoch == head.epoch && header.baseOffset == summary.end
            && header.syncedThrough >= syncedThrough && header.syncedThrough <= header.baseOffset
            && header.time >= summary.lastTime && isFooter == (header.count == 0)
    }

    private func gather(_ header: BatchHeader, _ records: UnsafeRawBufferPointer) -> Bool {
        var place = 0
        var offset = header.baseOffset
        if collects && header.count > 0 { content.note(header, at: position) }
        while offset < header.endOffset {
            guard let record = RecordView(in: records, at: place) else { return false }
            if collects { content.note(record, offset: offset, base: summary.base) }
            place += record.bytes.count
            offset += 1
        }
        return place == records.count
    }

    private func accept(_ header: BatchHeader) {
        if summary.records == 0 && header.count > 0 { summary.firstTime = header.time }
        summary.byteCount += header.totalBytes
        summary.end = header.endOffset
        summary.lastTime = header.time
        summary.records += UInt64(header.count)
        summary.batches += header.count > 0 ? 1 : 0
        summary.isClosed = header.flags & BatchHeader.cleanCloseFlag != 0
        syncedThrough = header.syncedThrough
        if position == limit { content.flushTopic() }
    }

    /// Walks to the end or to the first damage.
    func finish() throws(JournalError) {
        while try next() != nil {}
        content.flushTopic()
    }

    /// Where the last byte that is not zero ends, at or after ``position``.
    func contentEnd() throws(JournalError) -> Int {
        var end = position
        var place = position
        while place < limit {
            let bytes = try window.bytes(at: place, count: 1 << 16)
            guard !bytes.isEmpty else { break }
            if let last = bytes.lastNonZero { end = place + last + 1 }
            place += bytes.count
        }
        return end
    }

    /// The damage found as the error that a start refuses with.
    func refusal(_ damage: Damage) -> JournalError {
        .damaged(file: path, byte: UInt64(damage.byte), reason: damage.reason)
    }

    /// The highest synced-through of valid batches of this run that lie after the damage.
    ///
    /// Blocks of deleted files may show up after a torn write; batches of another epoch or journal say nothing here.
    func syncedThroughBeyondDamage() throws(JournalError) -> UInt64 {
        var highest = syncedThrough
        var place = position + 1
        while let candidate = try nextMagic(from: place) {
            let start = try window.bytes(at: candidate, count: BatchHeader.byteCount)
            place = candidate + 1
            guard start.count == BatchHeader.byteCount, let header = BatchHeader(start),
                header.journalID == head.journalID, header.epoch == head.epoch,
                header.totalBytes <= limit - candidate,
                BatchHeader.isIntact(try window.bytes(at: candidate, count: header.totalBytes))
            else { continue }
            highest = max(highest, header.syncedThrough)
            place = candidate + header.totalBytes
        }
        return highest
    }

    private func nextMagic(from start: Int) throws(JournalError) -> Int? {
        let magic = BatchHeader.magic
        var place = start
        while place <= limit - BatchHeader.byteCount {
            let bytes = try window.bytes(at: place, count: 1 << 16)
            guard bytes.count >= 4, let base = bytes.baseAddress else { return nil }
            var at = 0
            while at <= bytes.count - 4, let found = memchr(base + at, Int32(magic >> 24), bytes.count - 3 - at) {
                at = UnsafeRawPointer(found) - base
                if bytes.u32(at: at) == magic { return place + at }
                at += 1
            }
            place += bytes.count - 3
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// The place of the last byte that is not zero.
    fileprivate var lastNonZero: Int? {
        // A buffer whose first byte is zero and which equals itself one byte on is all zeros.
        if let baseAddress, first == 0, memcmp(baseAddress, baseAddress + 1, count - 1) == 0 { return nil }
        return lastIndex { $0 != 0 }
    }
}
