internal import Glibc
internal import Wire

/// Reads a whole journal and changes nothing.
///
/// Past the page cache, as ``SealedVerifier`` does: a page there says nothing about the disk.
struct Verification {
    let files: JournalFiles
    private(set) var report = VerifyReport()
    /// Where the records before the next segment end, nil when that is not known.
    private var link: UInt64?
    /// The segment before, and where its valid batches end.
    private var previous: (base: UInt64, position: Int)?
    private var total: UInt64 = 0
    private let progress: ((UInt64, UInt64) -> Void)?

    init(_ files: JournalFiles, _ progress: ((UInt64, UInt64) -> Void)?) throws(JournalError) {
        self.files = files
        self.progress = progress
        (report.isLive, report.ownerPID) = DirectoryLock.owner(of: files)
        let listing = try files.list()
        if let orphan = listing.sidecars.min(), listing.segments.isEmpty {
            note(files.sidecar(orphan), 0, .refused, "no segment is there, but its sidecar is")
        }
        for base in listing.segments { total += UInt64((try? File(files.segment(base), O_RDONLY).size()) ?? 0) }
        for base in listing.segments { try verify(base, isLast: base == listing.segments.last) }
    }

    private mutating func verify(_ base: UInt64, isLast: Bool) throws(JournalError) {
        let path = files.segment(base)
        let file: File
        do throws(JournalError) {
            file = try File.openDirect(path)
        } catch .io(_, _, ENOENT) where report.isLive {
            return  // Removed by retention since the directory was read.
        }
        let scanner: SegmentScanner
        do throws(JournalError) {
            scanner = try SegmentScanner(file, base: base, limit: file.size(), collects: false)
        } catch .damaged(_, let byte, let reason) {
            let head = try File(path, O_RDONLY).read(BatchHeader.byteCount, at: 0)
            let isRotten = !isLast && !SegmentScanner.isHeadIntact(head)
            (link, previous) = (nil, nil)
            return note(path, byte, isRotten ? .unreadable : .refused, reason)
        } catch .unsupportedVersion(_, let found, _) {
            return note(path, 0, .refused, "layout version \(found) is not known to this program")
        }
        try walk(scanner)
        checkChain(scanner)
        try judge(scanner, isLast: isLast)
        count(scanner, isLast: isLast)
        checkSidecar(scanner, isLast: isLast)
    }

    private func walk(_ scanner: SegmentScanner) throws(JournalError) {
        var reported = 0
        while try scanner.next() != nil {
            guard scanner.position - reported >= 16 << 20 else { continue }
            reported = scanner.position
            progress?(min(total, report.bytes + UInt64(reported)), total)
        }
    }

    private mutating func checkChain(_ scanner: SegmentScanner) {
        if let expected = report.journalID, scanner.head.journalID != expected {
            note(scanner.path, 0, .refused, "it belongs to journal \(scanner.head.journalID), not to \(expected)")
        }
        if report.journalID == nil { report.journalID = scanner.head.journalID }
        guard let link, link != scanner.head.syncedThrough else { return }
        if let previous, let summary = Sidecar(files.sidecar(previous.base))?.summary,
            summary.end == scanner.head.syncedThrough, previous.position < summary.byteCount
        {
            return note(
                files.segment(previous.base), UInt64(previous.position), .unreadable,
                "it ends there, but was sealed with \(summary.byteCount) bytes")
        }
        note(
            scanner.path, 0, .refused,
            "it follows offset \(scanner.head.syncedThrough), but the file before it ends at \(link)")
    }

    private mutating func judge(_ scanner: SegmentScanner, isLast: Bool) throws(JournalError) {
        guard let damage = scanner.damage else { return }
        let proven = try scanner.syncedThroughBeyondDamage()
        let isLost = !isLast || proven > scanner.summary.end
        // The owner is writing there at this moment.
        if report.isLive && !isLost { return }
        let kind: VerifyReport.Problem.Kind = isLast ? (isLost ? .refused : .truncatable) : .unreadable
        note(scanner.path, UInt64(damage.byte), kind, damage.reason)
    }

    private mutating func count(_ scanner: SegmentScanner, isLast: Bool) {
        if report.segments == 0 { report.firstOffset = scanner.summary.base }
        report.segments += 1
        report.batches += UInt64(scanner.summary.batches)
        report.records += scanner.summary.records
        report.bytes += UInt64(scanner.position)
        report.end = scanner.summary.end
        report.isClean = isLast && scanner.summary.isClosed && scanner.damage == nil
        // An empty segment may be dropped: the one after it follows the one before it.
        link = scanner.summary.records > 0 ? scanner.summary.end : scanner.head.syncedThrough
        if scanner.damage != nil { link = nil }
        previous = (scanner.summary.base, scanner.position)
        progress?(min(total, report.bytes), total)
    }

    private mutating func checkSidecar(_ scanner: SegmentScanner, isLast: Bool) {
        let path = files.sidecar(scanner.summary.base)
        guard scanner.summary.records > 0, Posix.exists(path) else { return }
        let sidecar = Sidecar(path)
        let isIntact =
            sidecar?.index() != nil && sidecar?.topics() != nil && sidecar?.forEachID(from: 0) { _, _ in } == true
        guard isIntact, sidecar?.summary == scanner.summary else {
            return note(path, 0, .sidecar, "the sidecar does not fit its segment")
        }
    }

    private mutating func note(_ file: String, _ byte: UInt64, _ kind: VerifyReport.Problem.Kind, _ reason: String) {
        report.problems.append(VerifyReport.Problem(file: file, byte: byte, kind: kind, reason: reason))
    }
}

extension Journal {
    /// Reads every byte of a journal and reports what the next start would say; changes nothing, needs no lock.
    ///
    /// - Parameters:
    ///   - directory: A journal, live or not, or a snapshot.
    ///   - progress: Called with bytes done and bytes in all.
    /// - Returns: Counts, and each problem with file and byte.
    /// - Throws: ``JournalError/io(operation:path:errno:)`` when a file cannot be read.
    public static func verify(
        directory: String, progress: ((_ doneBytes: UInt64, _ totalBytes: UInt64) -> Void)? = nil
    ) throws(JournalError) -> VerifyReport {
        try Verification(JournalFiles(directory: directory), progress).report
    }
}
