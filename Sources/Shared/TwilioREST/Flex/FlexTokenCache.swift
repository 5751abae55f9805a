internal import Events

/// Tokens that were found valid a short while ago.
struct FlexTokenCache: Sendable {
    /// How long a positive answer is good for at most.
    static let lifetime = Duration.seconds(60)
    /// Tokens that are kept at most; with more, the cache begins anew.
    static let limit = 10_000
    /// A longer token is none.
    static let tokenBytes = 8_192

    private struct Entry {
        let identity: FlexTokenIdentity
        let until: Timestamp
    }

    private var entries: [String: Entry] = [:]

    /// Who a token belongs to, when that was known at this time.
    mutating func identity(of token: String, now: Timestamp) -> FlexTokenIdentity? {
        guard let entry = entries[token] else { return nil }
        guard now < entry.until else {
            entries[token] = nil
            return nil
        }
        return entry.identity
    }

    /// Keeps a positive answer until it or the token expires.
    mutating func keep(_ identity: FlexTokenIdentity, of token: String, now: Timestamp) {
        if entries.count >= Self.limit { entries.removeAll(keepingCapacity: true) }
        let end = now.advanced(by: Self.lifetime)
        entries[token] = Entry(identity: identity, until: min(end, identity.expiration ?? end))
    }
}
