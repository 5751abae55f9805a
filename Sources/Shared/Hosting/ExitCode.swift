/// How a Patchbay process ends: a contract with `deploy/`, where units decide on it whether to start again.
///
/// Values follow `sysexits.h` where that names the case.
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// Told to stop (SIGTERM, SIGINT) and everything accepted was finished.
    case drained = 0
    /// The command line is wrong. Starting again will not help.
    case usage = 64
    /// Something this process needs never came up. Start again, with back-off.
    case unavailable = 69
    /// A bug of ours, or a service that did not stop within `drain_timeout_ms`. Start again and report it.
    case bug = 70
    /// Storage refused or lost a write: the process stopped rather than promise what it cannot keep.
    /// A person must look first, so it is never restarted automatically.
    case storageFailed = 74
    /// Another process owns the socket or the data directory. Starting again helps only once that one is gone.
    case alreadyOwned = 75
    /// The configuration is wrong; every error was printed. Starting again will not help.
    case configuration = 78
}

/// An error that knows how the process must end when it escapes a service.
///
/// Errors without it end the process with ``ExitCode/bug``.
public protocol ExitCodeProviding: Error {
    var exitCode: ExitCode { get }
}
