import Crypto
import Events
import JWTKit

/// An issuer's public keys, each for exactly one algorithm.
///
/// The algorithm is the key's, never the token's: a key without `alg` counts for RS256, or for the algorithm of its
/// curve. Keys for encryption, secret keys and kinds that we do not know are left out.
struct KeySet: Sendable {
    /// Keys of one set that are looked at.
    static let maxKeys = 64
    /// Bytes of an RSA modulus, at least: 2,048 bits.
    static let minModulusBytes = 256

    private struct Key: Sendable {
        let id: String?
        let algorithm: String
        let verifier: Verifier
    }

    private enum Verifier {
        case secret(SymmetricKey)
        case publicKey(any JWTAlgorithm)

        func verifies(_ token: SignedToken) -> Bool {
            switch self {
            case .secret(let key):
                HMAC<SHA256>.isValidAuthenticationCode(token.signature, authenticating: token.signed, using: key)
            case .publicKey(let algorithm):
                (try? algorithm.verify(token.signature, signs: token.signed)) ?? false
            }
        }
    }

    private let keys: [Key]

    /// Reads a JWKS document (RFC 7517).
    ///
    /// - Parameter document: The document.
    /// - Throws: ``KeyError`` when it is none, or no key in it can be used.
    init(jwks document: [UInt8]) async throws(KeyError) {
        guard let list = (try? JSONValue(parsing: document))?["keys"]?.array else { throw .malformed }
        var keys: [Key] = []
        for json in list.prefix(Self.maxKeys) {
            if let key = await Self.key(json) { keys.append(key) }
        }
        guard !keys.isEmpty else { throw .noneUsable(count: list.count) }
        self.keys = keys
    }

    /// A set of shared secrets, for HS256.
    init(secrets: [String]) {
        keys = secrets.map {
            Key(id: nil, algorithm: "HS256", verifier: .secret(SymmetricKey(data: Array($0.utf8))))
        }
    }

    /// Whether a token of this key and algorithm could be checked at all.
    func holds(id: String?, algorithm: String) -> Bool {
        !candidates(id: id, algorithm: algorithm).isEmpty
    }

    /// Whether one of the keys that the token names, or that it may mean, signed it.
    func verifies(_ token: SignedToken) -> Bool {
        candidates(id: token.keyID, algorithm: token.algorithm).contains { $0.verifier.verifies(token) }
    }

    private func candidates(id: String?, algorithm: String) -> [Key] {
        keys.filter { $0.algorithm == algorithm && ($0.id == nil || id == nil || $0.id == id) }
    }

    /// One key; nil when it cannot be used.
    private static func key(_ json: JSONValue) async -> Key? {
        guard json["use"]?.string ?? "sig" == "sig", let type = json["kty"]?.string,
            let algorithm = json["alg"]?.string ?? standardAlgorithm(type, curve: json["crv"]?.string),
            known.contains(algorithm)
        else { return nil }
        if type == "RSA" {
            let modulus = json["n"]?.string.flatMap { Base64URL.decode($0[...]) }
            guard modulus?.count ?? 0 >= minModulusBytes else { return nil }
        }
        let id = json["kid"]?.string
        // Only what is public is handed on, and every key gets a name and its algorithm.
        var object = JSONObject([("kid", "key"), ("alg", .string(algorithm))])
        for name in ["kty", "n", "e", "crv", "x", "y"] { object[name] = json[name] }
        guard let key = try? JWK(json: JSONValue.object(object).description),
            let collection = try? await JWTKeyCollection().add(jwk: key),
            let verifier = try? await collection.getKey(for: "key", alg: algorithm)
        else { return nil }
        return Key(id: id, algorithm: algorithm, verifier: .publicKey(verifier))
    }

    /// Algorithms of public keys that count.
    static let known: Set<String> = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    ]

    private static func standardAlgorithm(_ type: String, curve: String?) -> String? {
        switch (type, curve) {
        case ("RSA", _): "RS256"
        case ("EC", "P-256"): "ES256"
        case ("EC", "P-384"): "ES384"
        case ("EC", "P-521"): "ES512"
        default: nil
        }
    }
}

/// Why an issuer's keys cannot be had.
enum KeyError: Error, Hashable, Sendable {
    case unreadable(path: String, reason: String)
    case unreachable(reason: String)
    case status(Int)
    case tooLarge(limitBytes: Int)
    case malformed
    case noneUsable(count: Int)
}

extension KeyError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path, let reason): "The key file \(path) cannot be read: \(reason)."
        case .unreachable(let reason): "The key URL does not answer: \(reason) (gateway.auth.jwks_url)."
        case .status(let status): "The key URL answers with status \(status) (gateway.auth.jwks_url)."
        case .tooLarge(let limit): "The key document has more than \(limit) bytes."
        case .malformed: "The key document is no JWKS: it has no list 'keys'."
        case .noneUsable(let count):
            "None of the \(count) keys can be used: RSA of 2048 bits or EC on P-256, P-384, P-521, for signatures."
        }
    }
}
