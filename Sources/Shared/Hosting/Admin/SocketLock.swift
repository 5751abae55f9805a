import Glibc

/// Proof that this process alone may bind a socket: an exclusive `flock` on a file beside it.
///
/// A socket file says nothing about whether somebody listens: a crash leaves it behind. Who holds the lock may remove
/// it; the system releases the lock with the process.
public final class SocketLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock `<path>.lock`, which names the owner's process id.
    ///
    /// - Throws: ``AdminSocketError/owned(path:pid:)`` when another process holds it, ``AdminSocketError/unusable``
    ///   when the file cannot be made.
    public init(besideSocket path: String) throws(AdminSocketError) {
        let file = path + ".lock"
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw .unusable(path: file, problem: systemMessage(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let problem = errno
            let owner = (try? FileBytes.read(path: file, limit: 64)).map { String(decoding: $0, as: UTF8.self) }
            close(descriptor)
            guard problem == EWOULDBLOCK else { throw .unusable(path: file, problem: systemMessage(problem)) }
            throw .owned(path: path, pid: owner.flatMap { Int($0.trimmingSpaces()) })
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Gives the lock back, whoever still holds this object.
    func release() { flock(descriptor, LOCK_UN) }

    deinit {
        close(descriptor)
    }
}

/// Why a Unix socket could not be opened or asked.
public enum AdminSocketError: Error, Hashable, Sendable {
    case owned(path: String, pid: Int?)
    case unusable(path: String, problem: String)
    case unreachable(path: String, problem: String)
    case timedOut(path: String, after: Duration)
    case malformedAnswer(path: String)

    public var code: String {
        switch self {
        case .owned: "admin_socket.owned"
        case .unusable: "admin_socket.unusable"
        case .unreachable: "admin_socket.unreachable"
        case .timedOut: "admin_socket.timed_out"
        case .malformedAnswer: "admin_socket.malformed_answer"
        }
    }
}

extension AdminSocketError: ExitCodeProviding {
    public var exitCode: ExitCode {
        switch self {
        case .owned: .alreadyOwned
        case .unusable: .configuration
        case .unreachable, .timedOut, .malformedAnswer: .unavailable
        }
    }
}

extension AdminSocketError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .owned(let path, let pid):
            "Another process\(pid.map { " (pid \($0))" } ?? "") owns \(path). Stop it, or give this one --instance NAME."
        case .unusable(let path, let problem):
            "Cannot open \(path): \(problem). May this user write to its directory?"
        case .unreachable(let path, let problem):
            "Nobody answers on \(path): \(problem). Is the process running, and may this user open the socket?"
        case .timedOut(let path, let limit):
            "No answer on \(path) within \(limit). The process may be stopped or overloaded."
        case .malformedAnswer(let path):
            "The answer on \(path) is not HTTP, or longer than \(AdminClient.answerBytesLimit) bytes."
        }
    }
}
