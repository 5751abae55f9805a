internal import Glibc
internal import Synchronization

/// Reads sealed segments once more, piece by piece, and compares every checksum: finds what rots on the disk.
///
/// Reads past the page cache, as recovery does: the cache may hold what the disk does not any more, and reading
/// through it would push out what consumers are about to read. Made by ``Journal/sealedVerifier()`` and then used by
/// one thread of its own.
public final class SealedVerifier {
    /// What one step did.
    public struct Step: Sendable, Equatable {
        /// Bytes found intact.
        public var bytes: Int
        /// The file that came to its end with this step and is intact.
        public var intactFile: String?
    }

    private struct Current {
        var summary: SegmentSummary
        var scanner: SegmentScanner
        /// Bytes that steps have told.
        var told = 0
    }

    private let files: JournalFiles
    private let trimmed: TrimMark
    private var pending: ArraySlice<SegmentSummary>
    private var current: Current?

    init(_ files: JournalFiles, _ segments: [SegmentSummary], _ trimmed: TrimMark) {
        self.files = files
        self.trimmed = trimmed
        pending = segments[...]
    }

    /// Verifies about `maxBytes` more, at least one batch.
    ///
    /// - Returns: What was verified, nil when all is.
    /// - Throws: ``JournalError/damaged(file:byte:reason:)`` for a segment that is not intact, ends early or is missing,
    ///   or an error of the system; the next call goes on with the segment after it. Segments that retention removed in
    ///   the meantime are passed over.
    public func step(maxBytes: Int) throws(JournalError) -> Step? {
        if current == nil { current = try next() }
        guard var segment = current.take() else { return nil }
        let scanner = segment.scanner
        while scanner.position - segment.told < maxBytes {
            guard try scanner.next() == nil else { continue }
            try checkEnd(segment)
            return Step(bytes: scanner.position - segment.told, intactFile: scanner.path)
        }
        let bytes = scanner.position - segment.told
        segment.told = scanner.position
        current = segment
        return Step(bytes: bytes, intactFile: nil)
    }

    /// Whether a segment ends where it ended when it was sealed: one that is cut between two batches, or whose end became
    /// zeros, has no wrong checksum.
    private func checkEnd(_ segment: Current) throws(JournalError) {
        let scanner = segment.scanner
        if let damage = scanner.damage { throw scanner.refusal(damage) }
        guard scanner.position == segment.summary.byteCount, scanner.summary.end == segment.summary.end else {
            throw .damaged(
                file: scanner.path, byte: UInt64(scanner.position),
                reason:
                    "it ends there before offset \(scanner.summary.end), but was sealed with \(segment.summary.byteCount)"
                    + " bytes before offset \(segment.summary.end)")
        }
    }

    /// Opens the next segment that is still kept.
    private func next() throws(JournalError) -> Current? {
        while let summary = pending.popFirst() {
            guard let file = try open(summary) else { continue }
            // To the end of the file, not of what was sealed: bytes behind it are damage too, unless they are zeros.
            let scanner = try SegmentScanner(file, base: summary.base, limit: file.size(), collects: false)
            return Current(summary: summary, scanner: scanner)
        }
        return nil
    }

    /// - Returns: nil when retention removed it.
    private func open(_ summary: SegmentSummary) throws(JournalError) -> File? {
        let path = files.segment(summary.base)
        do throws(JournalError) {
            return try File.openDirect(path)
        } catch .io(_, _, ENOENT) {
            // The mark is set before the file goes.
            guard summary.base >= trimmed.offset.load(ordering: .sequentiallyConsistent) else { return nil }
            throw .damaged(file: path, byte: 0, reason: "the file is missing")
        }
    }
}

/// How far retention has removed segments, for threads other than the owner's.
final class TrimMark: Sendable {
    /// Segments that begin below it are gone, or are about to go.
    let offset = Atomic<UInt64>(0)
}

extension Journal {
    /// Verification of the segments that are sealed now, to be stepped on another thread.
    public func sealedVerifier() -> sending SealedVerifier { SealedVerifier(files, sealed, trimmed) }
}
