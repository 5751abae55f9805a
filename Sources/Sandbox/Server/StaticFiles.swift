import Hosting

/// The pages, read from the directory that is installed beside the executable.
struct StaticFiles: Sendable {
    /// - Parameter panel: The origin of the agent's panel, on the page that embeds it.
    /// - Returns: The content security policy.
    private static func policy(panel: String?) -> String {
        let scripts = panel.map { " \($0)" } ?? ""
        let frames = panel.map { "frame-src \($0); " } ?? ""
        return "default-src 'none'; script-src 'self'\(scripts); style-src 'self'; img-src 'self' data: blob:; "
            + "media-src 'self' blob:; connect-src 'self'; \(frames)base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'"
    }

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
    /// - Parameters:
    ///   - path: The request's path.
    ///   - panel: The origin of the agent's panel, which the CRM's page may embed, and no other page.
    /// - Returns: nil when there is no such file.
    func answer(_ path: String, panel: String? = nil) -> RestAnswer? {
        var name = String(path.dropFirst())
        if name.isEmpty {
            name = "index.html"
        } else if name == "crm/" {
            name = "crm.html"
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
            ("Content-Security-Policy", Self.policy(panel: name == "crm.html" ? panel : nil)),
        ]
        return answer
    }
}
