import Glibc

/// The directory of the sockets through which our processes meet.
public struct RunDirectory: Hashable, Sendable {
    /// Longest path of a Unix socket, in bytes: `sun_path` of unix(7) is 108 with its end mark.
    public static let socketPathLimit = 107
    /// Mode of the directory: its owner may do all, its group may enter, nobody else anything.
    public static let directoryMode: UInt32 = 0o750
    /// Mode of the sockets in it.
    public static let socketMode: UInt32 = 0o660

    public let path: String

    /// Takes a directory, which need not exist yet.
    ///
    /// - Throws: ``RunDirectoryError/pathTooLong(socket:bytes:)`` when not even `admin-extensions-00.sock` fits.
    public init(path: String) throws(RunDirectoryError) {
        self.path = path
        // The longest name that processes of ours use without being given one by the user.
        _ = try socket("admin-extensions-00.sock")
    }

    /// Where the Broker listens for clients.
    public var busSocket: String { path + "/bus.sock" }
    /// Where the Broker publishes the live tap.
    public var tapSocket: String { path + "/tap.sock" }

    /// The admin socket of a process.
    ///
    /// - Parameters:
    ///   - name: `broker` or `patchbay-broker`, which are the same.
    ///   - instance: Empty for the only process of its kind.
    /// - Returns: A path such as `<run_dir>/admin-broker.sock`.
    /// - Throws: ``RunDirectoryError/pathTooLong(socket:bytes:)``.
    public func adminSocket(for name: String, instance: String = "") throws(RunDirectoryError) -> String {
        let short = Self.shortName(name)
        return try socket(instance.isEmpty ? "admin-\(short).sock" : "admin-\(short)-\(instance).sock")
    }

    /// A further socket in the directory.
    ///
    /// - Parameter name: Its file name.
    /// - Returns: Its path.
    /// - Throws: ``RunDirectoryError/pathTooLong(socket:bytes:)``.
    public func socket(_ name: String) throws(RunDirectoryError) -> String {
        let socket = "\(path)/\(name)"
        guard socket.utf8.count <= Self.socketPathLimit else {
            throw .pathTooLong(socket: socket, bytes: socket.utf8.count)
        }
        return socket
    }

    /// Admin sockets of all processes that are there or were, sorted: label (`broker`, `sync-2`) and path.
    public func adminSockets() -> [(label: String, path: String)] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var labels: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix("admin-"), name.hasSuffix(".sock") else { continue }
            labels.append(String(name.dropFirst(6).dropLast(5)))
        }
        return labels.sorted().map { ($0, "\(path)/admin-\($0).sock") }
    }

    /// Makes the directory, and those above it, where they are missing.
    ///
    /// A directory that exists keeps its mode unless anyone may write to it: who can put a socket there can pose as
    /// the Broker.
    ///
    /// - Throws: ``RunDirectoryError`` when it cannot be made, is no directory, or is writable by all.
    public func prepare() throws(RunDirectoryError) {
        var partial = ""
        for part in path.split(separator: "/") {
            partial += "/\(part)"
            guard mkdir(partial, partial == path ? Self.directoryMode : 0o755) != 0 else {
                // The umask took bits away; the mode is a promise.
                if partial == path { chmod(path, Self.directoryMode) }
                continue
            }
            guard errno == EEXIST else { throw .unusable(path: partial, problem: systemMessage(errno)) }
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unusable(path: path, problem: systemMessage(errno)) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .unusable(path: path, problem: "it is not a directory") }
        guard status.st_mode & S_IWOTH == 0 else { throw .writableByAll(path: path) }
    }

    /// A process's name without the product's.
    static func shortName(_ name: String) -> String {
        name.hasPrefix("patchbay-") ? String(name.dropFirst("patchbay-".count)) : name
    }
}

/// Why sockets cannot be put into a directory.
public enum RunDirectoryError: Error, Hashable, Sendable {
    case pathTooLong(socket: String, bytes: Int)
    case unusable(path: String, problem: String)
    case writableByAll(path: String)

    public var code: String {
        switch self {
        case .pathTooLong: "run_dir.path_too_long"
        case .unusable: "run_dir.unusable"
        case .writableByAll: "run_dir.writable_by_all"
        }
    }
}

extension RunDirectoryError: ExitCodeProviding {
    public var exitCode: ExitCode { .configuration }
}

extension RunDirectoryError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .pathTooLong(let socket, let bytes):
            "The socket path '\(socket)' has \(bytes) bytes; Unix sockets allow \(RunDirectory.socketPathLimit). "
                + "Choose a shorter run_dir."
        case .unusable(let path, let problem):
            "Cannot use '\(path)' for sockets: \(problem). Set run_dir to a directory this user may write to."
        case .writableByAll(let path):
            "Every user may write to '\(path)', so anyone could pose as the Broker. Run 'chmod o-w' on it."
        }
    }
}
