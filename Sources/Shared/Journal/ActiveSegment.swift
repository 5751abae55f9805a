internal import CPlatform
internal import Glibc
internal import Wire

/// The segment that this run appends to.
struct ActiveSegment {
    let file: File
    let device: any JournalDevice
    private(set) var summary: SegmentSummary
    /// Bytes of the file that are known to be on disk.
    private(set) var syncedBytes: Int
    private(set) var index: [IndexEntry] = []
    /// Bytes of the file, of which those from `position` on are zeros.
    private var reserved = 0
    private let reserveBytes: Int
    private var pause = ReservePause()

    var position: Int { summary.byteCount }
    var isEmpty: Bool { summary.records == 0 }

    /// Makes the file with its head under a temporary name, syncs it and gives it its name.
    ///
    /// - Parameters:
    ///   - files: The directory.
    ///   - head: Base offset, epoch and, as synced-through, where the segment before ended.
    ///   - device: Writes and syncs the batches; the head does not go through it.
    ///   - reserveBytes: See ``JournalOptions/reserveBytes``.
    /// - Returns: The segment, ready to take batches.
    /// - Throws: ``JournalError/full(path:neededBytes:)`` or an error of the system; no file is left then.
    static func create(
        _ files: JournalFiles, head: BatchHeader, device: any JournalDevice, reserveBytes: Int
    ) throws(JournalError) -> ActiveSegment {
        let path = files.segment(head.baseOffset)
        let temporary = path + JournalFiles.temporarySuffix
        do throws(JournalError) {
            let file = try File(temporary, O_RDWR | O_CREAT | O_TRUNC)
            var bytes = [UInt8](repeating: 0, count: BatchHeader.byteCount)
            let result = bytes.withUnsafeMutableBytes { bytes in
                head.encode(into: bytes, records: UnsafeRawBufferPointer(rebasing: bytes[..<0]))
                return Result { () throws(JournalError) in try file.write(UnsafeRawBufferPointer(bytes), at: 0) }
            }
            try result.get()
            try file.sync()
            try Posix.remove(files.sidecar(head.baseOffset))
            try Posix.rename(temporary, to: path)
            try Posix.syncDirectory(files.directory)
            return ActiveSegment(
                file: try File(path, O_RDWR), device: device, head: head, reserveBytes: reserveBytes)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private init(file: File, device: any JournalDevice, head: BatchHeader, reserveBytes: Int) {
        self.file = file
        self.device = device
        self.reserveBytes = reserveBytes
        syncedBytes = BatchHeader.byteCount
        summary = SegmentSummary(
            journalID: head.journalID, epoch: head.epoch, base: head.baseOffset, end: head.baseOffset,
            byteCount: BatchHeader.byteCount, firstTime: head.time, lastTime: head.time)
    }

    /// Writes one batch after the last.
    ///
    /// - Throws: ``JournalError/full(path:neededBytes:)`` when nothing of the batch is left in the file; anything else
    ///   leaves the file in an unknown state.
    mutating func append(
        _ header: BatchHeader, records: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer
    ) throws(JournalError) {
        header.encode(into: scratch, records: records)
        reserve(header.totalBytes)
        try write(UnsafeRawBufferPointer(scratch), records)
        if header.count > 0 {
            if let last = index.last, position - last.position < IndexEntry.spacing {
            } else {
                index.append(IndexEntry(offset: header.baseOffset, time: header.time, position: position))
            }
            if isEmpty { summary.firstTime = header.time }
            summary.batches += 1
        }
        summary.records += UInt64(header.count)
        summary.byteCount += header.totalBytes
        summary.end = header.endOffset
        summary.lastTime = header.time
        summary.isClosed = header.flags & BatchHeader.cleanCloseFlag != 0
    }

    /// Writes zeros behind the next `count` bytes where these reach beyond the last zeros.
    ///
    /// Only there to make syncs faster; where it fails, the write of the batch says what is wrong, and it is not tried
    /// again for a while (``ReservePause``).
    private mutating func reserve(_ count: Int) {
        guard reserveBytes > 0, position + count > reserved,
            pause.allows(
                reserveBytes, free: { [device, file] in device.freeBytes(of: file.path) },
                now: { cplatform_monotonic_ns() })
        else { return }
        let start = position + count
        reserved = start
        while reserved < start + reserveBytes {
            let part = Zeros.iovec(count: start + reserveBytes - reserved)
            let result = withUnsafePointer(to: part) { part in
                device.write(file.descriptor, UnsafeBufferPointer(start: part, count: 1), at: reserved)
            }
            if result == -Int(EINTR) { continue }
            guard result > 0 else {
                // Not even the zeros that are there may hold the space that the batch needs.
                if ftruncate(file.descriptor, position) == 0 { reserved = position }
                pause.begin(free: device.freeBytes(of: file.path), now: cplatform_monotonic_ns())
                return
            }
            reserved += result
        }
    }

    private mutating func write(_ head: UnsafeRawBufferPointer, _ records: UnsafeRawBufferPointer) throws(JournalError)
    {
        let total = head.count + records.count
        var written = 0
        while written < total {
            let fromHead = min(written, head.count)
            let result = withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
                parts[0] = part(head, from: fromHead)
                parts[1] = part(records, from: written - fromHead)
                return device.write(file.descriptor, UnsafeBufferPointer(parts), at: position + written)
            }
            if result == -Int(EINTR) { continue }
            guard result > 0 else {
                let code = result == 0 ? EIO : Int32(-result)
                guard code == ENOSPC || code == EDQUOT, ftruncate(file.descriptor, position) == 0 else {
                    throw .io(operation: "write", path: file.path, errno: code)
                }
                reserved = position
                throw .full(path: file.path, neededBytes: UInt64(total))
            }
            written += result
        }
    }

    private func part(_ bytes: UnsafeRawBufferPointer, from start: Int) -> iovec {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        return iovec(iov_base: UnsafeMutableRawPointer(mutating: rest.baseAddress), iov_len: rest.count)
    }

    /// One fdatasync of everything written.
    mutating func sync() throws(JournalError) {
        let result = device.sync(file.descriptor)
        guard result == 0 else { throw .io(operation: "fdatasync", path: file.path, errno: -result) }
        syncedBytes = position
    }

    /// Cuts the zeros off and has the file's size on disk.
    func release() throws(JournalError) {
        guard reserved > position else { return }
        try Posix.check(ftruncate(file.descriptor, position), "ftruncate", file.path)
        try file.sync()
    }
}

/// Memory that is zero, is only read, and takes no pages of its own.
private enum Zeros {
    private static let byteCount = 1 << 20
    nonisolated(unsafe) private static let bytes = calloc(1, byteCount)

    /// At most `count` of them.
    static func iovec(count: Int) -> Glibc.iovec {
        Glibc.iovec(iov_base: bytes, iov_len: bytes == nil ? 0 : min(count, byteCount))
    }
}
