public import Wire

/// Why a journal could not be opened, written or read.
///
/// ``code`` is for machines and never changes; ``description`` is for people and may. No payload, key or id is ever
/// part of it: only files, positions, offsets and limits.
public enum JournalError: Error, Equatable, Sendable {
    /// Another process owns the directory.
    case locked(path: String, pid: Int32?)
    /// The operating system refused a call.
    case io(operation: String, path: String, errno: Int32)
    /// Bytes that were known to be on disk are not what was written.
    case damaged(file: String, byte: UInt64, reason: String)
    /// Offsets from `expectedOffset` on are gone: the file that held them is missing or cut at a batch boundary.
    case missingSegment(directory: String, expectedOffset: UInt64, foundFile: String?)
    /// A file of another journal lies in the directory.
    case foreign(file: String, found: JournalID, expected: JournalID)
    /// The file was written by a version of the layout that this program does not know.
    case unsupportedVersion(file: String, found: UInt16, supported: UInt16)
    /// No space left: nothing of the batch was kept, and the same call may succeed later.
    case full(path: String, neededBytes: UInt64)
    /// An earlier write or sync failed; the journal takes nothing more until it is opened again.
    case failed(cause: String)
    /// A batch over ``JournalOptions/maxBatchBytes``.
    case tooLarge(bytes: Int, limitBytes: Int)
    /// The offset was removed by retention; `first` is the lowest that can be read.
    case trimmed(first: UInt64)
    /// The offset was never handed out by this journal.
    case beyondEnd(offset: UInt64, end: UInt64)
    /// A setting outside of its range.
    case invalidOption(name: String, value: String, range: String)
    /// The journal was closed.
    case closed

    /// Stable name for logs, metrics and scripts.
    public var code: String {
        switch self {
        case .locked: "journal.locked"
        case .io: "journal.io"
        case .damaged: "journal.damaged"
        case .missingSegment: "journal.missing_segment"
        case .foreign: "journal.foreign"
        case .unsupportedVersion: "journal.unsupported_version"
        case .full: "journal.full"
        case .failed: "journal.failed"
        case .tooLarge: "journal.too_large"
        case .trimmed: "journal.trimmed"
        case .beyondEnd: "journal.beyond_end"
        case .invalidOption: "journal.invalid_option"
        case .closed: "journal.closed"
        }
    }

    /// What a process that cannot go on exits with: 78 configuration, 74 storage; neither is restarted automatically.
    public var exitCode: Int32 {
        switch self {
        case .invalidOption: 78
        default: 74
        }
    }
}

extension JournalError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .locked(let path, let pid):
            "Journal \(path) is in use by process \(pid.map(String.init) ?? "unknown"). Stop that process first."
        case .io(let operation, let path, let code):
            "\(operation) failed on \(path): \(Posix.message(code)) (errno \(code)). Check the disk and the permissions."
        case .damaged(let file, let byte, let reason):
            "Journal file \(file) is damaged at byte \(byte): \(reason). The bytes there were on disk before, so events "
                + "would be lost; restore a snapshot, or see `patchbay journal verify`."
        case .missingSegment(let directory, let expected, let found):
            "Journal \(directory) has no events from offset \(expected) on, but goes on in "
                + "\(found ?? "its sidecars"). A segment file is missing or was cut; bring it back or restore a snapshot."
        case .foreign(let file, let found, let expected):
            "Journal file \(file) belongs to journal \(found), not to \(expected). Was it copied here by mistake?"
        case .unsupportedVersion(let file, let found, let supported):
            "Journal file \(file) has layout version \(found); this program reads version \(supported). Was a newer "
                + "program used on it?"
        case .full(let path, let needed):
            "No space left for \(needed) bytes in \(path). Nothing was written; free space or shorten the retention."
        case .failed(let cause):
            "The journal stopped after an earlier failure and takes nothing more: \(cause)"
        case .tooLarge(let bytes, let limit):
            "Batch of \(bytes) bytes exceeds the limit of \(limit) bytes (journal.max_batch_bytes)."
        case .trimmed(let first):
            "The offset was removed by retention; the journal starts at offset \(first)."
        case .beyondEnd(let offset, let end):
            "Offset \(offset) lies beyond the journal's end \(end). Does the cursor belong to another journal or was a "
                + "snapshot restored?"
        case .invalidOption(let name, let value, let range):
            "Journal setting \(name) = \(value) is outside of \(range)."
        case .closed:
            "The journal is closed."
        }
    }
}
