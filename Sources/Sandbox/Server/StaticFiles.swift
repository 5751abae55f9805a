import Hosting

/// The pages, read from the directory that is installed beside the executable.
struct StaticFiles: Sendable {
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        + "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private let files: InstalledFiles

    /// Files in a directory.
    init(directory: String) {
        files = InstalledFiles(directory: directory)
    }

    /// Files beside the running executable.
    static func besideExecutable() -> StaticFiles {
        StaticFiles(directory: InstalledFiles.besideExecutable(target: "Sandbox", folder: "Web").directory)
    }

    /// The page or file of a path: `/` is `index.html`, `/agent` is `agent.html`, `/web/app.js` is `app.js`.
    ///
    /// - Parameter path: The request's path.
    /// - Returns: nil when there is no such file.
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
        guard let file = files.file(name) else { return nil }
        var answer = RestAnswer(status: 200, body: file.bytes, contentType: file.contentType)
        answer.headers = [
            ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", Self.policy),
        ]
        return answer
    }
}
