import Events

/// Decides whom the claims of a token, whose signature is right, let in.
struct TokenClaims: Sendable {
    /// A member, or a path of members with dots as in `realm_access.roles`; its value is a role or a list of roles.
    let roleClaim: String
    let nameClaim: String
    /// Nil: any.
    let issuer: String?
    let audience: String?
    /// How far clocks may be apart.
    let leeway: Duration

    /// - Throws: ``TokenRefusal``.
    func principal(_ claims: JSONValue, now: Timestamp) throws(TokenRefusal) -> Principal {
        guard let expires = Self.time(claims["exp"]), let subject = claims["sub"]?.string,
            (1...Principal.maxNameBytes).contains(subject.utf8.count)
        else { throw .invalid }
        guard now < expires.advanced(by: leeway) else { throw .expired }
        if let start = claims["nbf"] {
            guard let start = Self.time(start) else { throw .invalid }
            guard start <= now.advanced(by: leeway) else { throw .notYetValid }
        }
        if let issuer, claims["iss"]?.string != issuer { throw .notForUs }
        if let audience, !Self.texts(claims["aud"]).contains(audience) { throw .notForUs }
        guard let role = Role(names: roles(claims)) else { throw .roleUnknown }
        var name = claims[nameClaim]?.string ?? subject
        if name.isEmpty || name.utf8.count > Principal.maxNameBytes { name = subject }
        return Principal(subject: subject, name: name, role: role, expires: expires)
    }

    /// By the configured claim; where that is absent, by Flex's own.
    private func roles(_ claims: JSONValue) -> [String] {
        if let direct = claims[roleClaim] { return Self.texts(direct) }
        let path = roleClaim.split(separator: ".").reduce(Optional(claims)) { $0?[String($1)] }
        return Self.texts(path ?? claims["roles"])
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        switch value {
        case .string(let text)?: [text]
        case .array(let elements)?: elements.compactMap(\.string)
        default: []
        }
    }

    /// A NumericDate (RFC 7519 §2): seconds since 1970, whole or not, up to the year 2554.
    private static func time(_ value: JSONValue?) -> Timestamp? {
        guard let seconds = value?.double, seconds >= 0, seconds < 18_000_000_000 else { return nil }
        return Timestamp(unixMilliseconds: UInt64(seconds * 1_000))
    }
}
