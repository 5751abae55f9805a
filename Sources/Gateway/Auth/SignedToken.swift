import Events

/// A signed JWT taken apart (RFC 7515, compact form); nothing in it counts before its signature is right.
struct SignedToken: Sendable {
    /// Longest token that is looked at, in bytes.
    static let maxBytes = 8_192

    let algorithm: String
    /// Which of the issuer's keys signed it.
    let keyID: String?
    let claims: JSONValue
    /// What was signed.
    let signed: [UInt8]
    let signature: [UInt8]

    /// Takes a token apart; nil when it is no signed JWT of three parts whose claims are an object.
    ///
    /// A header with `crit` asks for extensions that nobody here knows, so it makes a token none (RFC 7515 §4.1.11).
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maxBytes, parts.count == 3,
            let header = Base64URL.decode(parts[0]).flatMap({ try? JSONValue(parsing: $0) }),
            let algorithm = header["alg"]?.string, header["crit"] == nil,
            let claims = Base64URL.decode(parts[1]).flatMap({ try? JSONValue(parsing: $0) }), claims.object != nil,
            let signature = Base64URL.decode(parts[2])
        else { return nil }
        self.algorithm = algorithm
        keyID = header["kid"]?.string
        self.claims = claims
        signed = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }
}
