internal import CPlatform
internal import Glibc
public import Wire

/// A segmented append-only log of batches: the Broker's journal and the Gateway's spool.
///
/// ```swift
/// let journal = try Journal.open(directory: "/var/lib/patchbay/journal")
/// let offset = try records.withUnsafeBytes { try journal.append(records: $0, count: 2, time: now) }
/// try journal.sync()  // from here on the batch may be answered for, and read
/// ```
///
/// One owner: every call comes from one thread, blocks it for the time of the system calls, and nothing is locked.
/// Offsets start at 1, strictly increase over all runs and are not contiguous: an unclean stop leaves a gap (see
/// ``RecoveryReport``). A failed write or sync latches: Linux marks the pages of a failed sync clean, so nothing that is
/// written after it could be trusted; every later call throws ``JournalError/failed(cause:)``.
public final class Journal {
    /// The offset of the first record of a new journal; 0 is never given.
    static let originOffset: UInt64 = 1

    /// Where the segments lie.
    public let directory: String
    /// What opening found.
    public let recovery: RecoveryReport
    /// Names this journal for ever, also after a restore.
    public let id: JournalID
    /// Counts the starts; never used twice.
    public let epoch: UInt64
    /// The offset that the next record gets.
    public private(set) var end: UInt64
    /// Records below are on disk; reads see nothing else.
    public private(set) var syncedEnd: UInt64
    /// Append time of the newest batch, ns since 1970.
    public private(set) var lastTime: UInt64

    let files: JournalFiles
    let options: JournalOptions
    let background = BackgroundWork()
    var sealed: [SegmentSummary]
    var active: ActiveSegment
    var cache = SegmentCache()
    var hints = ReadHints()
    var snapshots = 0
    let trimmed = TrimMark()
    private var lock: DirectoryLock?
    private var failure: JournalError?
    private let scratch: UnsafeMutableRawBufferPointer

    /// Opens or makes the journal in `directory`, recovers it and begins a segment for this run.
    ///
    /// - Parameters:
    ///   - directory: Made with mode 0750 when it is missing, and so are those above it.
    ///   - options: Sizes and limits.
    /// - Returns: The journal, with ``recovery`` saying what was found.
    /// - Throws: ``JournalError/locked(path:pid:)`` when another process has it, ``JournalError/damaged(file:byte:reason:)``
    ///   and its siblings when events would be lost or do not belong here; nothing is changed then.
    public static func open(
        directory: String, options: JournalOptions = JournalOptions()
    ) throws(JournalError) -> Journal {
        try options.validate()
        let files = JournalFiles(directory: directory)
        try Posix.makeDirectories(directory)
        let lock = try DirectoryLock(files)
        let recovery = try Recovery(files)
        let journal = try Journal(files: files, options: options, recovery: recovery, lock: lock)
        for base in recovery.dropped where base != journal.active.summary.base {
            try Posix.remove(files.sidecar(base))
            try Posix.remove(files.segment(base))
        }
        if recovery.report.isRestored { try Posix.remove(files.restoreMarker) }
        try Posix.syncDirectory(directory)
        return journal
    }

    private init(
        files: JournalFiles, options: JournalOptions, recovery: Recovery, lock: DirectoryLock
    ) throws(JournalError) {
        let report = recovery.report
        var base = report.isClean ? report.recoveredEnd : OffsetJump.afterCrash(report.recoveredEnd)
        var epoch = recovery.epoch + 1
        if report.isRestored {
            base = OffsetJump.afterRestore(report.recoveredEnd, wallTime: options.wallTime())
            epoch = OffsetJump.epochAfterRestore(recovery.epoch, wallTime: options.wallTime())
        }
        let head = BatchHeader(
            journalID: recovery.journalID ?? .random(), epoch: epoch, baseOffset: base, count: 0, length: 0,
            syncedThrough: recovery.link ?? base, time: recovery.lastTime)
        active = try ActiveSegment.create(
            files, head: head, device: options.device, reserveBytes: options.reserveBytes)
        directory = files.directory
        self.files = files
        self.options = options
        self.lock = lock
        self.epoch = epoch
        self.recovery = report
        id = head.journalID
        end = base
        syncedEnd = base
        lastTime = recovery.lastTime
        sealed = recovery.segments
        scratch = .allocate(byteCount: BatchHeader.byteCount, alignment: 8)
    }

    /// Without ``close()`` this is an unclean stop.
    deinit {
        background.drain()
        scratch.deallocate()
    }

    /// Whether an earlier failure stopped the journal for good.
    public var isFailed: Bool { failure != nil }

    /// Writes one batch; it is neither readable nor safe before ``sync()``.
    ///
    /// - Parameters:
    ///   - records: `count` records one after the other, laid out as ``RecordView`` says.
    ///   - count: How many they are, at least 1.
    ///   - time: Nanoseconds since 1970; raised to the time of the batch before when it is lower.
    /// - Returns: The offset of the first record.
    /// - Throws: ``JournalError/tooLarge(bytes:limitBytes:)`` and ``JournalError/full(path:neededBytes:)``, after which the
    ///   journal is as before; every other error latches.
    @discardableResult
    public func append(
        records: UnsafeRawBufferPointer, count: UInt32, time: UInt64
    ) throws(JournalError) -> UInt64 {
        try checkUsable()
        precondition(count > 0 && !records.isEmpty, "a batch has at least one record")
        let total = BatchHeader.byteCount + records.count
        guard total <= options.maxBatchBytes else {
            throw .tooLarge(bytes: total, limitBytes: options.maxBatchBytes)
        }
        if active.position + total > options.segmentBytes && !active.isEmpty { try rotate() }
        let header = BatchHeader(
            journalID: id, epoch: epoch, baseOffset: end, count: count, length: UInt32(records.count),
            syncedThrough: syncedEnd, time: max(time, lastTime))
        try latching { () throws(JournalError) in
            try active.append(header, records: records, scratch: scratch)
        }
        end = header.endOffset
        lastTime = header.time
        return header.baseOffset
    }

    /// Returns once everything appended is on disk: one fdatasync, none when nothing was appended since the last.
    ///
    /// - Throws: ``JournalError/io(operation:path:errno:)`` the first time, ``JournalError/failed(cause:)`` ever after.
    public func sync() throws(JournalError) {
        try checkUsable()
        guard active.syncedBytes < active.position else { return }
        try latching { () throws(JournalError) in try active.sync() }
        syncedEnd = end
    }

    /// Syncs, leaves the footer of a clean close and the sidecar, and gives the directory free.
    ///
    /// - Throws: What ``sync()`` throws; the directory is given free all the same.
    public func close() throws(JournalError) {
        defer {
            background.drain()
            lock = nil
            cache.removeAll()
            if failure == nil { failure = .closed }
        }
        try sync()
        let footer = BatchHeader(
            flags: BatchHeader.cleanCloseFlag, journalID: id, epoch: epoch, baseOffset: end, count: 0, length: 0,
            syncedThrough: end, time: lastTime)
        try latching { () throws(JournalError) in
            try active.append(footer, records: UnsafeRawBufferPointer(start: nil, count: 0), scratch: scratch)
            try active.sync()
            try active.release()
        }
        if !active.isEmpty { submitSidecar(active.summary.base) }
    }

    /// Seals the active segment, which syncs it, and begins the next.
    func rotate() throws(JournalError) {
        try sync()
        try latching { () throws(JournalError) in try active.release() }
        let head = BatchHeader(
            journalID: id, epoch: epoch, baseOffset: end, count: 0, length: 0, syncedThrough: end, time: lastTime)
        let previous = active
        active = try latching { () throws(JournalError) in
            try ActiveSegment.create(
                files, head: head, device: options.device, reserveBytes: options.reserveBytes)
        }
        sealed.append(previous.summary)
        cache.insert(OpenSegment(file: previous.file, summary: previous.summary, index: previous.index))
        submitSidecar(previous.summary.base)
    }

    private func submitSidecar(_ base: UInt64) {
        let files = files
        background.submit { () throws(JournalError) in
            // Removed by retention in the meantime: nothing to do.
            guard Posix.exists(files.segment(base)) else { return }
            try Sidecar.build(files, base: base)
        }
    }

    /// Runs `body`; any failure but a full disk stops the journal for good.
    private func latching<T>(_ body: () throws(JournalError) -> T) throws(JournalError) -> T {
        do throws(JournalError) {
            return try body()
        } catch {
            if case .full = error { throw error }
            failure = error
            throw error
        }
    }

    func checkUsable() throws(JournalError) {
        switch failure {
        case nil: return
        case .closed: throw .closed
        case .some(let cause): throw .failed(cause: cause.description)
        }
    }

    /// Failures of background work (sidecars, removals) since the last call; the log itself is not affected.
    public func takeBackgroundFailures() -> [JournalError] { background.takeFailures() }
}
