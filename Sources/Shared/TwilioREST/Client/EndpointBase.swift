/// Scheme, authority and path prefix of an endpoint, and which links lead to it.
struct EndpointBase: Hashable, Sendable {
    /// `http` or `https`.
    let scheme: String
    /// Host and port, lower case, the standard port left out.
    let authority: String
    /// Empty, or a path that begins with a slash and does not end with one.
    let path: String

    init(scheme: String, authority: String, path: String) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
    }

    /// Splits an absolute URL; nil unless it is `http` or `https` with a host and nothing but a path behind.
    init?(_ url: String) {
        guard let (base, rest) = Self.split(url), !rest.contains("?"), !rest.contains("#") else { return nil }
        scheme = base.scheme
        authority = base.authority
        path = rest.hasSuffix("/") ? String(rest.dropLast()) : String(rest)
    }

    /// The whole address, without a trailing slash.
    var url: String { origin + path }

    private var origin: String { scheme + "://" + authority }

    /// Where a link of an answer leads, when it leads to this endpoint.
    ///
    /// - Parameter link: An absolute URL, which must have this origin; or a path, which is below this endpoint.
    /// - Returns: The URL to ask, nil when it is another origin or no link.
    func resolve(_ link: String) -> String? {
        if link.utf8.first == UInt8(ascii: "/") {
            guard !link.hasPrefix("//"), Self.isClean(link) else { return nil }
            let isWhole = !path.isEmpty && link.hasPrefix(path + "/")
            return isWhole ? origin + link : origin + path + link
        }
        guard let (base, _) = Self.split(link), base.scheme == scheme, base.authority == authority else { return nil }
        return link
    }

    private static func split(_ url: String) -> (base: EndpointBase, rest: Substring)? {
        guard isClean(url), let mark = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        let after = url[mark.upperBound...]
        let end = after.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? after.endIndex
        var authority = after[..<end].lowercased()
        // A user before an '@' hides the real host from a reader, and would send other credentials than ours.
        guard !authority.isEmpty, !authority.contains("@"), !authority.hasPrefix(":") else { return nil }
        let standard = scheme == "https" ? ":443" : ":80"
        if authority.hasSuffix(standard) {
            authority.removeLast(standard.count)
        }
        guard authority.last != ":" else { return nil }
        return (EndpointBase(scheme: scheme, authority: authority, path: ""), after[end...])
    }

    /// Printable ASCII without what some readers take for a slash or an end.
    private static func isClean(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    }
}
