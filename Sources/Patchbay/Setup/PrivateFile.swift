import Glibc

/// Files that only their owner may read.
enum PrivateFile {
    /// Makes a directory with mode 0700, and those above it where they are missing.
    ///
    /// - Throws: ``CommandFailure`` with the system's reason.
    static func makeDirectory(_ path: String) throws {
        var partial = ""
        for part in path.split(separator: "/") {
            partial += "/\(part)"
            guard mkdir(partial, partial == path ? 0o700 : 0o750) != 0, errno != EEXIST else { continue }
            throw failure("make the directory", partial)
        }
    }

    /// Writes a file with mode 0600 in one step: a reader sees all of it or nothing.
    ///
    /// - Throws: ``CommandFailure`` with the system's reason.
    static func write(_ text: String, to path: String) throws {
        let temporary = "\(path).\(getpid())"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("write", temporary) }
        let bytes = Array(text.utf8)
        let count = Glibc.write(file, bytes, bytes.count)
        guard fsync(file) == 0, close(file) == 0, count == bytes.count, rename(temporary, path) == 0 else {
            throw failure("write", path)
        }
    }

    /// Reads a file whole.
    ///
    /// - Parameters:
    ///   - path: The file; `-` is standard input.
    ///   - limit: Bytes that are read at most.
    /// - Returns: Its bytes.
    /// - Throws: ``CommandFailure`` with the system's reason, or when it is longer than `limit`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("read", path) }
        defer { if path != "-" { close(file) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                throw CommandFailure("\(path) is longer than \(limit) bytes.", .data)
            }
        }
    }

    private static func failure(_ action: String, _ path: String) -> CommandFailure {
        CommandFailure("Cannot \(action) \(path): \(String(cString: strerror(errno))).")
    }
}
