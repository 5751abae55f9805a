import Crypto
import Events
import HTTPTypes
import Hosting
import Hummingbird
import JWTKit
import NIOCore

@testable import Gateway

/// Tokens of all kinds, right ones and forged ones.
enum TestTokens {
    static let secret = "a secret of thirty-two bytes or more"
    static let now = WallClock.now()
    /// What the Gateways of tests are configured with.
    static let settings = ["PATCHBAY_GATEWAY_AUTH_JWT_SECRET": secret]

    static func seconds(_ offset: Duration) -> JSONValue {
        .number(JSONNumber(now.advanced(by: offset).unixNanoseconds / 1_000_000_000))
    }

    static func claims(role: String = "supervisor", expires: Duration = .seconds(600)) -> JSONObject {
        JSONObject([
            ("sub", "u1"), ("name", "Ana Ruiz"), ("role", .string(role)), ("exp", seconds(expires)),
        ])
    }

    /// A token with any header, claims and key.
    static func token(
        _ claims: JSONObject = claims(), header: JSONObject = JSONObject([("alg", "HS256"), ("typ", "JWT")]),
        secret: String = secret
    ) -> String {
        let head = [JSONValue.object(header), .object(claims)].map { Base64URL.encode($0.bytes) }
            .joined(separator: ".")
        let key = SymmetricKey(data: Array(secret.utf8))
        return head + "." + Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: Array(head.utf8), using: key)))
    }

    static func bearer(_ role: String) -> HTTPFields {
        [.authorization: "Bearer " + token(claims(role: role))]
    }

    /// A request that shows a token.
    static func request(_ token: String) -> Request {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "x", path: "/v1/stream")
        head.headerFields[.authorization] = "Bearer \(token)"
        return Request(head: head, body: .init(buffer: ByteBuffer()))
    }

    /// Tokens that let nobody in, by what is wrong with them.
    static var refused: [(name: String, token: String, code: String)] {
        let none = [JSONValue.object(JSONObject([("alg", "none")])), .object(claims(role: "admin"))]
            .map { Base64URL.encode($0.bytes) }.joined(separator: ".")
        let right = token(claims(role: "admin")).split(separator: ".")
        let other = Base64URL.encode(JSONValue.object(claims(role: "admin", expires: .seconds(9_999))).bytes)
        return [
            ("expired", token(claims(role: "admin", expires: .seconds(-60))), "auth.token_expired"),
            ("alg none", none + ".", "auth.token_invalid"), ("alg none, two parts", none, "auth.token_invalid"),
            ("alg none, signed", none + ".\(right[2])", "auth.token_invalid"),
            ("wrong key", token(claims(role: "admin"), secret: secret + "x"), "auth.token_invalid"),
            (
                "wrong alg", token(claims(role: "admin"), header: JSONObject([("alg", "HS512")])),
                "auth.token_invalid"
            ),
            (
                "alg of a public key", token(claims(role: "admin"), header: JSONObject([("alg", "RS256")])),
                "auth.token_invalid"
            ),
            (
                "crit",
                token(claims(role: "admin"), header: JSONObject([("alg", "HS256"), ("crit", ["x"] as JSONValue)])),
                "auth.token_invalid"
            ),
            ("other claims", "\(right[0]).\(other).\(right[2])", "auth.token_invalid"),
            ("no signature", "\(right[0]).\(right[1]).", "auth.token_invalid"),
            ("no token", "x", "auth.token_invalid"), ("unknown role", token(claims(role: "root")), "auth.role_unknown"),
            ("no end", token(JSONObject([("sub", "u"), ("role", "admin")])), "auth.token_invalid"),
        ]
    }
}
