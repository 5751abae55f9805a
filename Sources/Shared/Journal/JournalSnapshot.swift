internal import Glibc

/// A consistent copy of a journal as it was when the snapshot was begun, held by hard links in the journal's directory.
///
/// Made by ``Journal/beginSnapshot()``. Costs no space until retention removes what it holds, and is removed by
/// ``write(to:)``, ``discard()`` or the next start.
public struct JournalSnapshot: Sendable {
    /// The offset after the last record in it.
    public let end: UInt64
    let staging: String

    /// Puts the copy into `directory`, which is made: links where it is on the same file system, else copies.
    ///
    /// May be called on any thread, once. The copy carries a marker that makes the journal that is opened there jump
    /// beyond every offset that the live one hands out.
    ///
    /// - Parameter directory: Must not exist or be empty; its parent must exist.
    /// - Throws: ``JournalError`` when a file cannot be written; what was written so far is left for inspection.
    public func write(to directory: String) throws(JournalError) {
        try Posix.makeDirectory(directory)
        guard try Posix.names(in: directory).isEmpty else {
            throw .io(operation: "snapshot", path: directory, errno: ENOTEMPTY)
        }
        try Journal.markRestored(directory: directory)
        for name in try Posix.names(in: staging).sorted() {
            try JournalSnapshot.link("\(staging)/\(name)", to: "\(directory)/\(name)")
        }
        try Posix.syncDirectory(directory)
        try discard()
    }

    /// Gives up the copy.
    ///
    /// - Throws: ``JournalError/io(operation:path:errno:)`` when a file cannot be removed.
    public func discard() throws(JournalError) { try Posix.removeDirectory(staging) }

    static func link(_ from: String, to: String) throws(JournalError) {
        guard Glibc.link(from, to) < 0 else { return }
        switch errno {
        case EXDEV, EPERM, EMLINK, ENOTSUP, ENOSYS: try File.copy(from, to: to)
        default: throw Posix.error("link", to)
        }
    }
}

extension Journal {
    /// Seals the active segment and holds everything synced by hard links: milliseconds, without copying.
    ///
    /// - Returns: The copy, to be written where it belongs on any thread.
    /// - Throws: What ``sync()`` throws, or ``JournalError/full(path:neededBytes:)``.
    public func beginSnapshot() throws(JournalError) -> JournalSnapshot {
        try checkUsable()
        if !active.isEmpty { try rotate() }
        snapshots += 1
        let staging = "\(directory)/snapshot-\(epoch)-\(snapshots)\(JournalFiles.temporarySuffix)"
        try Posix.makeDirectory(staging)
        do throws(JournalError) {
            try hold(in: JournalFiles(directory: staging))
        } catch {
            // Links that nobody gives up would keep retention from freeing anything.
            try? Posix.removeDirectory(staging)
            throw error
        }
        return JournalSnapshot(end: end, staging: staging)
    }

    private func hold(in copy: JournalFiles) throws(JournalError) {
        for summary in sealed {
            try JournalSnapshot.link(files.segment(summary.base), to: copy.segment(summary.base))
            // One still being written is made anew where the copy is opened.
            if Posix.exists(files.sidecar(summary.base)) {
                try JournalSnapshot.link(files.sidecar(summary.base), to: copy.sidecar(summary.base))
            }
        }
        // The head alone: carries journal id, epoch and end even when nothing else is left.
        try File.copy(active.file.path, to: copy.segment(active.summary.base), byteCount: active.syncedBytes)
    }

    /// Writes a consistent copy of everything appended so far to `directory` while the journal goes on.
    ///
    /// - Parameter directory: Must not exist or be empty.
    /// - Throws: What ``beginSnapshot()`` and ``JournalSnapshot/write(to:)`` throw.
    public func snapshot(to directory: String) throws(JournalError) { try beginSnapshot().write(to: directory) }

    /// Marks a copied directory, so that the journal opened there takes a new epoch and jumps beyond every offset that the
    /// original may have handed out since the copy was made.
    ///
    /// - Parameter directory: A directory that no process has open as a journal.
    /// - Throws: ``JournalError/io(operation:path:errno:)``.
    public static func markRestored(directory: String) throws(JournalError) {
        try File.replace(
            JournalFiles(directory: directory).restoreMarker,
            with: Array("The next start takes a new epoch and jumps beyond every offset handed out.\n".utf8))
    }
}
