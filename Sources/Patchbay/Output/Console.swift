import Glibc

/// Writes results to standard output and messages to standard error.
///
/// When nobody reads standard output any more (`patchbay tap | head -3`), ``put(_:)`` throws ``OutputClosed`` and the
/// command ends quietly; SIGPIPE is ignored for that.
struct Console: Sendable {
    let output: Terminal
    let messages: Terminal

    init(environment: [String: String]) {
        signal(SIGPIPE, SIG_IGN)
        output = Terminal(descriptor: STDOUT_FILENO, environment: environment)
        messages = Terminal(descriptor: STDERR_FILENO, environment: environment)
    }

    /// Writes a line of the result.
    ///
    /// - Throws: ``OutputClosed`` when the reader has gone.
    func put(_ line: String) throws(OutputClosed) {
        try put(bytes: Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    /// Writes bytes of the result as they are.
    ///
    /// - Throws: ``OutputClosed`` when the reader has gone.
    func put(bytes: [UInt8]) throws(OutputClosed) {
        guard Self.write(bytes, to: STDOUT_FILENO) else { throw OutputClosed() }
    }

    /// Writes a line for the person at the terminal.
    func say(_ line: String) {
        _ = Self.write(Array(line.utf8) + [UInt8(ascii: "\n")], to: STDERR_FILENO)
    }

    /// Whether all bytes went out.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// Standard output has no reader any more.
struct OutputClosed: Error {}
