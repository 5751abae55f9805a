internal import Glibc

/// Reads sealed segments once more, piece by piece, and compares every checksum: finds what rots on the disk.
///
/// Made by ``Journal/sealedVerifier()`` and then used by one thread of its own.
public final class SealedVerifier {
    /// How far it came.
    public struct Progress: Sendable, Equatable {
        public var verifiedBytes: UInt64
        public var totalBytes: UInt64
    }

    private let files: JournalFiles
    private var pending: ArraySlice<SegmentSummary>
    private var current: (scanner: SegmentScanner, file: File)?
    private var progress: Progress

    init(_ files: JournalFiles, _ segments: [SegmentSummary]) {
        self.files = files
        pending = segments[...]
        progress = Progress(verifiedBytes: 0, totalBytes: segments.reduce(0) { $0 + UInt64($1.byteCount) })
    }

    /// Verifies about `maxBytes` more, at least one batch; the pages read are not kept in the page cache.
    ///
    /// - Returns: How far it came, nil when all is verified.
    /// - Throws: ``JournalError/damaged(file:byte:reason:)`` for a segment that is not intact, or an error of the system;
    ///   the next call goes on with the segment after it. Segments removed by retention in the meantime are passed over.
    public func step(maxBytes: Int) throws(JournalError) -> Progress? {
        if current == nil { try advance() }
        guard let (scanner, file) = current else { return nil }
        let start = scanner.position
        while scanner.position - start < maxBytes {
            let isGoing: Bool
            do throws(JournalError) {
                isGoing = try scanner.next() != nil
            } catch {
                current = nil
                throw error
            }
            guard isGoing else {
                current = nil
                progress.verifiedBytes += UInt64(scanner.position - start)
                _ = posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_DONTNEED)
                if let damage = scanner.damage { throw scanner.refusal(damage) }
                return progress
            }
        }
        progress.verifiedBytes += UInt64(scanner.position - start)
        _ = posix_fadvise(file.descriptor, 0, scanner.position, POSIX_FADV_DONTNEED)
        return progress
    }

    /// Opens the next segment that is still there.
    private func advance() throws(JournalError) {
        while let summary = pending.popFirst() {
            let path = files.segment(summary.base)
            guard Posix.exists(path) else {
                progress.verifiedBytes += UInt64(summary.byteCount)
                continue
            }
            let file = try File(path, O_RDONLY)
            let scanner = try SegmentScanner(file, base: summary.base, limit: summary.byteCount, collects: false)
            progress.verifiedBytes += UInt64(scanner.position)
            current = (scanner, file)
            return
        }
    }
}

extension Journal {
    /// Verification of the segments that are sealed now, to be stepped on another thread.
    public func sealedVerifier() -> sending SealedVerifier { SealedVerifier(files, sealed) }
}
