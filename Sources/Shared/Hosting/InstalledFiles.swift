import Glibc

/// Small files that are installed beside the executable: pages and what belongs to them.
public struct InstalledFiles: Sendable {
    /// Largest file that is handed out, in bytes.
    public static let maxFileBytes = 4 << 20

    /// One file.
    public struct File: Sendable {
        public let bytes: [UInt8]
        /// By the name's ending.
        public let contentType: String
        /// Changes when the file does.
        public let version: String
    }

    /// Where the files are.
    public let directory: String

    public init(directory: String) {
        self.directory = directory
    }

    /// Files in the resource bundle of a target, `<directory of the executable>/patchbay_<target>.resources/<folder>`.
    public static func besideExecutable(target: String, folder: String) -> InstalledFiles {
        let path = String(unsafeUninitializedCapacity: 4_096) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { raw in
                raw.baseAddress.map { max(0, readlink("/proc/self/exe", $0, raw.count)) } ?? 0
            }
        }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return InstalledFiles(directory: "\(parent)/patchbay_\(target).resources/\(folder)")
    }

    /// Reads a file.
    ///
    /// - Parameter name: Letters, digits, `-`, `_`, `.` and `/`, no `..` and no part that begins with a dot.
    /// - Returns: nil when there is no such regular file of at most ``maxFileBytes``.
    public func file(_ name: String) -> File? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && $0.utf8.allSatisfy(Self.isNameByte) }) else {
            return nil
        }
        let file = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.maxFileBytes else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { raw in
                Glibc.read(file, raw.baseAddress?.advanced(by: filled), raw.count - filled)
            }
            guard count > 0 else { return nil }
            filled += count
        }
        let time = status.st_mtim
        let version = [status.st_size, time.tv_sec, time.tv_nsec].map { String($0, radix: 36) }.joined(separator: "-")
        return File(bytes: bytes, contentType: Self.contentType(of: name), version: version)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json; charset=utf-8"
        case "svg": "image/svg+xml"
        // Type declarations among them: no browser runs them.
        case "ts", "txt", "md": "text/plain; charset=utf-8"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "wav": "audio/wav"
        default: "application/octet-stream"
        }
    }
}
