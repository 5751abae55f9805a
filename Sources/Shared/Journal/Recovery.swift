internal import Glibc
internal import Wire

/// Finds out what earlier runs left and makes it safe to go on after it (design.md §2).
///
/// - A segment's head was synced before the segment got its name, and a segment was synced before the next was begun:
///   damage to a sealed segment is told and left to its readers, a missing one is refused.
/// - In the last segment, damage below the highest valid synced-through is refused, at or above it is cut off.
/// - After an unclean stop the valid part of the last segment is read past the page cache and written to a new file.
/// - The head's synced-through says where the segment before it ended, so that a missing one is noticed.
struct Recovery {
    let files: JournalFiles
    private(set) var report = RecoveryReport()
    /// Segments with records, in order.
    private(set) var segments: [SegmentSummary] = []
    /// Empty segments, which go once the new segment is durable.
    private(set) var dropped: [UInt64] = []
    private(set) var journalID: JournalID?
    private(set) var epoch: UInt64 = 0
    private(set) var lastTime: UInt64 = 0
    /// What the head of the next segment states as synced-through: where the records before it end.
    ///
    /// An empty segment may be dropped, so it hands on what its own head states.
    private(set) var link: UInt64?

    /// Looks at every segment; the directory's lock must be held.
    ///
    /// - Throws: ``JournalError`` with file and byte of what does not fit; nothing but unfinished files and sidecars has
    ///   been changed then.
    init(_ files: JournalFiles) throws(JournalError) {
        self.files = files
        let listing = try files.list()
        try files.removeTemporaries(listing)
        report.isRestored = listing.hasRestoreMarker
        guard let last = listing.segments.last else {
            guard let orphan = listing.sidecars.min() else {
                report.isNew = true
                report.isClean = true
                report.recoveredEnd = Journal.originOffset
                report.provenEnd = Journal.originOffset
                return
            }
            throw .missingSegment(directory: files.directory, expectedOffset: orphan, foundFile: nil)
        }
        let heads = try readHeads(listing.segments, last: last)
        try recoverSealed(listing.segments, heads)
        try recoverLast(last, heads)
        for base in listing.sidecars.subtracting(listing.segments) { try Posix.remove(files.sidecar(base)) }
        report.segments = segments.count
    }

    /// The heads by base offset, without those of sealed segments that are not intact.
    private mutating func readHeads(_ bases: [UInt64], last: UInt64) throws(JournalError) -> [UInt64: BatchHeader] {
        var heads: [UInt64: BatchHeader] = [:]
        for base in bases {
            let path = files.segment(base)
            let bytes = try File(path, O_RDONLY).read(BatchHeader.byteCount, at: 0)
            let result = bytes.withUnsafeBytes { bytes in
                Result { () throws(JournalError) in try SegmentScanner.head(bytes, path: path, base: base) }
            }
            if case .failure(.damaged) = result, base != last, !SegmentScanner.isHeadIntact(bytes) { continue }
            let head = try result.get()
            if let expected = journalID, head.journalID != expected {
                throw .foreign(file: path, found: head.journalID, expected: expected)
            }
            guard head.epoch >= epoch else {
                throw .damaged(file: path, byte: 0, reason: "its epoch \(head.epoch) is lower than \(epoch) before it")
            }
            journalID = head.journalID
            epoch = head.epoch
            heads[base] = head
        }
        return heads
    }

    /// All but the last: each was synced before the next was begun, and the next one's head says where it ends.
    private mutating func recoverSealed(_ bases: [UInt64], _ heads: [UInt64: BatchHeader]) throws(JournalError) {
        for (base, follower) in zip(bases, bases.dropFirst()) {
            let file = try File(files.segment(base), O_RDONLY)
            let size = try file.size()
            if let summary = Sidecar(files.sidecar(base))?.summary, summary.end == heads[follower]?.syncedThrough,
                heads[base] == nil
                    ? summary.base == base && summary.journalID == journalID : fits(summary, heads[base]),
                size <= summary.byteCount
            {
                if let damage = damage(file, size, summary, heads[base]) { report.damaged.append(damage) }
                try keep(summary, heads[base])
                continue
            }
            do throws(JournalError) {
                try scanWhole(file, base, size, heads)
            } catch .damaged(let file, let byte, let reason) {
                report.damaged.append(.damaged(file: file, byte: byte, reason: reason))
                try keep(unscanned(base, size, follower, heads), heads[base])
            }
        }
    }

    /// What is wrong with a segment whose sidecar spares scanning it.
    private func damage(_ file: File, _ size: Int, _ summary: SegmentSummary, _ head: BatchHeader?) -> JournalError? {
        if head == nil { return .damaged(file: file.path, byte: 0, reason: "the segment's head is not intact") }
        guard size < summary.byteCount else { return nil }
        return .damaged(
            file: file.path, byte: UInt64(size), reason: "it ends there, but was sealed with \(summary.byteCount) bytes"
        )
    }

    /// What is known of a sealed segment that is damaged and has no sidecar: what the heads say.
    private func unscanned(
        _ base: UInt64, _ size: Int, _ follower: UInt64, _ heads: [UInt64: BatchHeader]
    ) -> SegmentSummary {
        let end = max(base, heads[follower]?.syncedThrough ?? follower)
        let time = heads[follower]?.time ?? lastTime
        return SegmentSummary(
            journalID: journalID ?? .random(), epoch: heads[base]?.epoch ?? heads[follower]?.epoch ?? epoch, base: base,
            end: end, byteCount: size, firstTime: min(heads[base]?.time ?? lastTime, time), lastTime: time,
            records: end - base)
    }

    private func fits(_ summary: SegmentSummary, _ head: BatchHeader?) -> Bool {
        summary.journalID == head?.journalID && summary.epoch == head?.epoch && summary.base == head?.baseOffset
    }

    /// Appends a segment to the chain, or refuses where the chain has a hole.
    private mutating func keep(_ summary: SegmentSummary, _ head: BatchHeader?) throws(JournalError) {
        let path = files.segment(summary.base)
        let stated = head?.syncedThrough ?? link ?? summary.base
        if let link, link != stated {
            guard link < stated else {
                throw .damaged(
                    file: path, byte: 0, reason: "it follows offset \(stated), the file before ends at \(link)")
            }
            throw .missingSegment(directory: files.directory, expectedOffset: link, foundFile: path)
        }
        link = summary.records > 0 ? summary.end : stated
        lastTime = max(lastTime, summary.lastTime)
        report.recoveredEnd = summary.end
        report.provenEnd = max(report.provenEnd, stated)
        if summary.records > 0 {
            segments.append(summary)
        } else {
            dropped.append(summary.base)
        }
    }

    private mutating func recoverLast(_ base: UInt64, _ heads: [UInt64: BatchHeader]) throws(JournalError) {
        let path = files.segment(base)
        let file = try File.openDirect(path)
        let size = try file.size()
        if let end = try footerEnd(file, size: size, head: heads[base]) {
            if let summary = Sidecar(files.sidecar(base))?.summary, summary.byteCount == size, summary.isClosed,
                summary.end == end, fits(summary, heads[base])
            {
                try keep(summary, heads[base])
            } else {
                try scanWhole(file, base, size, heads)
            }
        } else {
            try rewrite(file, base, size, heads)
        }
        if report.isClean { report.provenEnd = report.recoveredEnd }
    }

    /// The end that an intact footer at the end of the file states.
    private mutating func footerEnd(_ file: File, size: Int, head: BatchHeader?) throws(JournalError) -> UInt64? {
        guard size >= 2 * BatchHeader.byteCount else { return nil }
        let window = FileWindow(file, limit: size)
        let bytes = try window.bytes(at: size - BatchHeader.byteCount, count: BatchHeader.byteCount)
        guard let footer = BatchHeader(bytes), BatchHeader.isIntact(bytes), footer.journalID == head?.journalID,
            footer.epoch == head?.epoch, footer.flags & BatchHeader.cleanCloseFlag != 0, footer.count == 0
        else { return nil }
        report.isClean = true
        return footer.baseOffset
    }

    /// A sealed or closed segment without a fitting sidecar: everything in it was synced, so any damage is refused.
    private mutating func scanWhole(
        _ file: File, _ base: UInt64, _ size: Int, _ heads: [UInt64: BatchHeader]
    ) throws(JournalError) {
        let scanner = try SegmentScanner(file, base: base, limit: size, collects: true)
        try scanner.finish()
        report.scannedBytes += UInt64(scanner.bytesRead)
        if let damage = scanner.damage { throw scanner.refusal(damage) }
        try keep(scanner.summary, heads[base])
        if scanner.summary.records > 0 { writeSidecar(scanner) }
    }

    /// Writes the valid part of the last segment to a new file that takes the old one's place.
    private mutating func rewrite(
        _ file: File, _ base: UInt64, _ size: Int, _ heads: [UInt64: BatchHeader]
    ) throws(JournalError) {
        let scanner = try SegmentScanner(file, base: base, limit: size, collects: true)
        let temporary = files.segment(base) + JournalFiles.temporarySuffix
        do throws(JournalError) {
            try copyValid(scanner, to: temporary)
            if let damage = scanner.damage {
                let proven = try scanner.syncedThroughBeyondDamage()
                guard proven <= scanner.summary.end else { throw scanner.refusal(damage) }
                report.truncatedBytes = UInt64(try scanner.contentEnd() - scanner.position)
                report.truncatedFile = files.segment(base)
                report.truncatedAt = UInt64(scanner.position)
                report.truncatedReason = damage.reason
            }
            report.scannedBytes += UInt64(scanner.bytesRead)
            try keep(scanner.summary, heads[base])
            report.provenEnd = max(report.provenEnd, scanner.syncedThrough)
            report.lastBatchDoubtful = true
            if scanner.summary.records > 0 {
                try Posix.remove(files.sidecar(base))
                try Posix.rename(temporary, to: files.segment(base))
                try Posix.syncDirectory(files.directory)
                writeSidecar(scanner)
            } else {
                try Posix.remove(temporary)
            }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func copyValid(_ scanner: SegmentScanner, to path: String) throws(JournalError) {
        let target = try File(path, O_WRONLY | O_CREAT | O_TRUNC)
        var pending = [UInt8](repeating: 0, count: BatchHeader.byteCount)
        pending.withUnsafeMutableBytes {
            scanner.head.encode(into: $0, records: UnsafeRawBufferPointer(rebasing: $0[..<0]))
        }
        pending.reserveCapacity(2 << 20)
        var position = 0
        func flush() throws(JournalError) {
            let result = pending.withUnsafeBytes { bytes in
                Result { () throws(JournalError) in try target.write(bytes, at: position) }
            }
            try result.get()
            position += pending.count
            pending.removeAll(keepingCapacity: true)
        }
        while let batch = try scanner.next() {
            pending.append(contentsOf: batch)
            if pending.count >= 1 << 20 { try flush() }
        }
        try flush()
        try target.sync()
    }

    /// A sidecar that cannot be written is missed at the next start only.
    private mutating func writeSidecar(_ scanner: SegmentScanner) {
        report.rebuiltSidecars += 1
        try? File.replace(
            files.sidecar(scanner.summary.base), with: Sidecar.encode(scanner.summary, scanner.content))
    }
}
