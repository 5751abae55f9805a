import Hosting
import Journal

/// Why the Broker stops by itself.
enum BrokerError: Error, ExitCodeProviding, CustomStringConvertible {
    /// The journal can not be trusted any more.
    case storage(String)
    /// The journal could not be opened.
    case journal(JournalError)
    /// Another Broker owns the log.
    case fenced
    /// Saved state and journal contradict each other.
    case inconsistent(String)

    var exitCode: ExitCode {
        switch self {
        case .storage, .inconsistent: .storageFailed
        case .journal(.locked): .alreadyOwned
        case .journal(let error): ExitCode(rawValue: error.exitCode) ?? .storageFailed
        case .fenced: .alreadyOwned
        }
    }

    var description: String {
        switch self {
        case .storage(let reason):
            "The journal failed and nothing after it was acknowledged: \(reason) Check the disk, then start again."
        case .journal(let error): error.description
        case .fenced: "Another Broker owns the log now."
        case .inconsistent(let reason): "The saved state does not fit the journal: \(reason)"
        }
    }
}
