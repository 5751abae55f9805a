import HTTPTypes

/// A folder of files with one purpose, and so with one policy: `/<name>/` on the web, `Web/<name>/` in the sources.
enum StaticMount: String, CaseIterable, Sendable {
    /// The supervisor's console.
    case console
    /// The agent's panel, which pages of configured origins frame.
    case panel
    /// Modules that those pages load to talk with the panel.
    case bridge
    /// The plugin that Flex loads.
    case flex
    /// What the pages have in common.
    case shared

    /// The mount of a path: `/panel` and everything below.
    init?(path: String) {
        let first = path.dropFirst().prefix { $0 != "/" }
        guard path.hasPrefix("/"), let mount = StaticMount(rawValue: String(first)) else { return nil }
        self = mount
    }

    /// Whether the folder itself is a page.
    var hasIndex: Bool { self == .console || self == .panel }

    /// Whether pages of any origin may load the files: they are public code, and know nobody.
    private var isPublic: Bool { self == .bridge || self == .flex }

    /// What every file of the mount is sent with.
    ///
    /// - Parameters:
    ///   - development: The origin that a sign-in page may ask too.
    ///   - origins: Whose pages may frame the panel.
    /// - Returns: No script or style in a page itself, everything from here, framing by nobody but the panel's hosts.
    func headers(development: String?, framedBy origins: [WebOrigin]) -> HTTPFields {
        let ancestors = self == .panel ? (["'self'"] + origins.map(\.text)).joined(separator: " ") : "'none'"
        var policy =
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors \(ancestors); object-src 'none'"
        if hasIndex, let development { policy += "; connect-src 'self' \(development)" }
        var fields: HTTPFields = [
            .cacheControl: "no-cache", .xContentTypeOptions: "nosniff", .contentSecurityPolicy: policy,
            .referrerPolicy: "no-referrer",
            .crossOriginResourcePolicy: isPublic || self == .panel ? "cross-origin" : "same-origin",
        ]
        if isPublic { fields[.accessControlAllowOrigin] = "*" }
        return fields
    }
}
