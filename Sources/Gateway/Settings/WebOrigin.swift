/// The origin of a web page, exactly as a browser sends it (RFC 6454 §6.2): `https://crm.example.com`.
///
/// https with a host in lower case, no default port, no path and no pattern; http on this machine only. It has no
/// character that would mean anything in a header or a policy.
struct WebOrigin: Hashable, Sendable {
    static let maxBytes = 255
    /// What is wrong with a text that is none.
    static let rule =
        "an origin is https://host or https://host:port as a browser sends it: lower case, no path, no '*', no default "
        + "port; http on this machine only."

    let text: String

    init?(_ text: String) {
        guard text.utf8.count <= Self.maxBytes else { return nil }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return nil }
        let authority = text.dropFirst(isSecure ? 8 : 7)
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[::1]") {
            host = "[::1]"
            rest = authority.dropFirst(5)
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
            guard Self.isHost(host) else { return nil }
        }
        if !rest.isEmpty {
            guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0, rest == ":\(port)",
                port != (isSecure ? 443 : 80)
            else { return nil }
        }
        guard isSecure || ["localhost", "127.0.0.1", "[::1]"].contains(host) else { return nil }
        self.text = text
    }

    private static func isHost(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }
}
