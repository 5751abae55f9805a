import Glibc

/// The pages, read from the directory that is installed beside the executable.
struct StaticFiles: Sendable {
    /// Largest file that is served, in bytes.
    static let maxFileBytes = 4 << 20

    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        + "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// `<directory of the executable>/patchbay_Sandbox.resources/Web`.
    let directory: String

    /// Files beside the running executable.
    static func besideExecutable() -> StaticFiles {
        let path = String(unsafeUninitializedCapacity: 4_096) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { raw in
                raw.baseAddress.map { max(0, readlink("/proc/self/exe", $0, raw.count)) } ?? 0
            }
        }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return StaticFiles(directory: parent + "/patchbay_Sandbox.resources/Web")
    }

    /// The page or file of a path: `/` is `index.html`, `/agent` is `agent.html`, `/web/app.js` is `app.js`.
    ///
    /// - Parameter path: The request's path.
    /// - Returns: nil when there is no such file; names may hold letters, digits, `-`, `_`, `.` and `/`, no `..`.
    func answer(_ path: String) -> RestAnswer? {
        var name = String(path.dropFirst())
        if name.isEmpty {
            name = "index.html"
        } else if name.hasPrefix("web/") {
            name = String(name.dropFirst(4))
        } else if !name.contains("/"), !name.contains(".") {
            name += ".html"
        } else {
            return nil
        }
        guard !name.hasPrefix("."), !name.contains(".."), !name.hasSuffix("/"), name.utf8.allSatisfy(Self.isNameByte)
        else { return nil }
        guard let bytes = Self.read("\(directory)/\(name)") else { return nil }
        var answer = RestAnswer(status: 200, body: bytes, contentType: Self.contentType(of: name))
        answer.headers = [
            ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", Self.policy),
        ]
        return answer
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "/"):
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
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "wav": "audio/wav"
        default: "application/octet-stream"
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= maxFileBytes else {
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
        return bytes
    }
}
