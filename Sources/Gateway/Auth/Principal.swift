import Events

/// Who asks, once his token has been checked.
struct Principal: Hashable, Sendable {
    /// Bytes that a subject or a name may have.
    static let maxNameBytes = 256

    /// Who it is, for machines: the token's subject.
    let subject: String
    /// Who it is, for people.
    let name: String
    let role: Role
    /// From here on the token counts no more.
    let expires: Timestamp

    /// What services are told of who asks.
    var actor: JSONValue {
        ["sub": .string(subject), "name": .string(name), "role": .string(role.rawValue)]
    }

    /// The answer of `GET /v1/me`.
    var json: JSONValue {
        [
            "sub": .string(subject), "name": .string(name), "role": .string(role.rawValue),
            "expires": .string(expires.rfc3339),
        ]
    }
}
