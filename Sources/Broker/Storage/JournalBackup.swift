import Foundation
import GRDB
import Glibc
import Hosting
import Journal
import Logging
import Synchronization
import Wire

/// Writes live snapshots of journal and derived state to a directory, on threads of its own.
///
/// What is written is what ``BrokerStart`` opens: `journal/`, marked as restored, and `state.sqlite`.
final class JournalBackup: Sendable {
    /// A backup that has ended.
    struct Finished: Sendable {
        var request: BackupRequest
        var outcome: Result<BackupInfo, Failure>
    }

    private let finished = Mutex<[Finished]>([])
    private let queue = DispatchQueue(label: "patchbay.backup")
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Backups that have ended since the last call.
    func takeFinished() -> [Finished] {
        finished.withLock { finished in
            defer { finished = [] }
            return finished
        }
    }

    /// Writes `snapshot` and a copy of the state.
    ///
    /// - Parameters:
    ///   - request: Who asked, and where to.
    ///   - snapshot: Begun in this turn of the loop.
    ///   - saver: Copies the state before it saves again, so that the copy is not ahead of the snapshot.
    ///   - wake: Called when the outcome can be taken.
    func start(
        _ request: BackupRequest, _ snapshot: JournalSnapshot, _ saver: SnapshotSaver,
        wake: @escaping @Sendable () -> Void
    ) {
        saver.afterSaves { [self] snapshots in
            let copied = Result { try JournalBackup.copyState(snapshots, to: request.directory) }
            queue.async { [self] in
                let outcome = Result {
                    try copied.get()
                    try snapshot.write(to: request.directory + "/journal")
                    try JournalBackup.syncParent(of: request.directory)
                    return BackupInfo(directory: request.directory, end: snapshot.end)
                }
                if case .failure = outcome { try? snapshot.discard() }
                finish(request, outcome)
                wake()
            }
        }
    }

    /// Tells that it could not even begin.
    func refuse(_ request: BackupRequest, _ error: any Error) { finish(request, .failure(error)) }

    private func finish(_ request: BackupRequest, _ outcome: Result<BackupInfo, any Error>) {
        switch outcome {
        case .success(let info):
            logger.info("Backed the journal up", metadata: [LogKeys.path: "\(info.directory)"])
        case .failure(let error):
            logger.error("A backup failed", metadata: [LogKeys.error: "\(error)"])
        }
        let told = outcome.mapError { error in
            Failure(code: (error as? JournalError)?.code ?? "backup.failed", message: "\(error)", retryable: false)
        }
        finished.withLock { $0.append(Finished(request: request, outcome: told)) }
    }

    /// Has the name of the backup's directory on disk; what is in it was synced as it was written.
    private static func syncParent(of directory: String) throws {
        let descriptor = open(directory + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BackupError(directory: directory, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw BackupError(directory: directory, code: errno) }
    }

    private static func copyState(_ snapshots: SQLiteSnapshots, to directory: String) throws {
        guard mkdir(directory, 0o750) == 0 else { throw BackupError(directory: directory, code: errno) }
        try snapshots.copy(to: directory + "/state.sqlite")
    }
}

/// Why a directory cannot take a backup.
struct BackupError: Error, CustomStringConvertible {
    var directory: String
    var code: Int32

    var description: String {
        "The Broker cannot make the directory \(directory), or have it on disk: \(String(cString: strerror(code))). It must "
            + "not exist, what is above it must, and the Broker's user must be allowed to write there."
    }
}
