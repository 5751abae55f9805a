/// What a representation is called, so that one that is known need not be sent again (RFC 9110 §8.8.3).
struct EntityTag: Hashable, Sendable {
    /// With its quotes.
    let text: String

    init(_ text: String) { self.text = text }

    /// Whether an `If-None-Match` header names it, by the weak comparison.
    func fits(_ header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
            .contains { $0 == "*" || Self.opaque($0) == Self.opaque(text) }
    }

    private static func opaque(_ tag: some StringProtocol) -> String {
        tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : String(tag)
    }
}
