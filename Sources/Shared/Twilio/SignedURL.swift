/// The public address that the provider has been given, in the spellings its signer may have used.
///
/// It comes from configuration, never from `Host` or `X-Forwarded-*`: behind a proxy those say what an attacker likes.
/// Signers are inconsistent about ports, so both the URL without a port and the one with the explicit or standard port
/// (`:443`, `:80`) are accepted.
public struct SignedURL: Hashable, Sendable {
    /// Scheme, authority and path prefix, in every accepted spelling.
    let spellings: [[UInt8]]

    /// Splits a public base URL; nil when it has no `http` or `https` scheme or no host.
    ///
    /// - Parameters:
    ///   - base: `https://bus.example.com`, with an optional port and path prefix; query and fragment are dropped.
    ///   - withoutCredentials: Whether a URL with `user:password@` may also have been signed without them: some
    ///     senders strip them for HTTPS.
    public init?(base: String, withoutCredentials: Bool = false) {
        guard let separator = base.firstRange(of: "://") else { return nil }
        let scheme = base[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        let rest = base[separator.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        if path.hasSuffix("/") { path = path.dropLast() }
        let credentials = authority.lastIndex(of: "@").map { authority[...$0] } ?? ""
        let location = authority.dropFirst(credentials.count)
        let portStart = Self.portSeparator(in: location)
        let host = location[..<(portStart ?? location.endIndex)]
        guard !host.isEmpty else { return nil }
        let port = portStart.map { String(location[$0...]) } ?? (scheme == "https" ? ":443" : ":80")
        var texts: [String] = []
        for user in withoutCredentials && !credentials.isEmpty ? [credentials, ""] : [credentials] {
            texts.append("\(scheme)://\(user)\(host)\(path)")
            texts.append("\(scheme)://\(user)\(host)\(port)\(path)")
        }
        spellings = texts.map { Array($0.utf8) }
    }

    /// The colon before a port; the colons inside an IPv6 literal are none.
    private static func portSeparator(in location: Substring) -> Substring.Index? {
        guard let colon = location.lastIndex(of: ":") else { return nil }
        if let bracket = location.lastIndex(of: "]"), bracket > colon { return nil }
        return location.index(after: colon) == location.endIndex ? nil : colon
    }
}
