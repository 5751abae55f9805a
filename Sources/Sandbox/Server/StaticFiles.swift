import Hosting

/// The pages, read from the directory that is installed beside the executable.
struct StaticFiles: Sendable {
    /// - Parameters:
    ///   - panel: The origin of the agent's panel, on the page that embeds it.
    ///   - isDynamics: Whether the page is the stand-in for Dynamics, which loads no script of the panel's.
    /// - Returns: The content security policy.
    private static func policy(panel: String?, isDynamics: Bool) -> String {
        let scripts = isDynamics ? "" : panel.map { " \($0)" } ?? ""
        // A channel provider is any page that the host is told to frame: the panel's, or one of a test on this machine.
        let local = isDynamics ? " http://127.0.0.1:* http://localhost:*" : ""
        let frames = panel.map { "frame-src \($0)\(local); " } ?? (isDynamics ? "frame-src\(local); " : "")
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

    /// The page or file of a path: `/` is `index.html`, `/agent` is `agent.html`, `/web/app.js` is `app.js`; `/dynamics/`
    /// and the library below `/webresources/` are where Dynamics has them.
    ///
    /// - Parameters:
    ///   - path: The request's path.
    ///   - panel: The origin of the agent's panel, which the pages of the CRMs may embed, and no other.
    /// - Returns: nil when there is no such file.
    func answer(_ path: String, panel: String? = nil) -> RestAnswer? {
        var name = String(path.dropFirst())
        if name.isEmpty {
            name = "index.html"
        } else if name == "crm/" || name == "dynamics/" {
            name = name.dropLast() + ".html"
        } else if name == "webresources/Widget/msdyn_ciLibrary.js" {
            name = "js/dynamics/msdyn_ciLibrary.js"
        } else if name.hasPrefix("web/") {
            name = String(name.dropFirst(4))
        } else if !name.contains("/"), !name.contains(".") {
            name += ".html"
        } else {
            return nil
        }
        guard let file = files.file(name) else { return nil }
        let isDynamics = name == "dynamics.html"
        let policy = Self.policy(panel: name == "crm.html" || isDynamics ? panel : nil, isDynamics: isDynamics)
        var answer = RestAnswer(status: 200, body: file.bytes, contentType: file.contentType)
        answer.headers = [
            ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", policy),
        ]
        return answer
    }
}
