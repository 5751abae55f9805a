import Crypto
import Events
import Hosting
import NIOCore
import NIOHTTP1

/// Hands out tokens for trying things out: whoever asks says who he is.
///
/// `POST /dev/token` with `{"name":"Ana","role":"supervisor"}` → `{"token":"…","expires":"…"}`, a JWT signed with HS256.
/// Whoever gives the name of a worker is that worker: the token's `sub` is the name itself, which the agent's panel goes
/// by, and its `name` the full one. All others have `dev:` before theirs.
///
/// Pages of other origins than the configured ones get nothing; only the Sandbox can do this, and only when
/// `sandbox.dev_login_secret` is set.
struct DevelopmentLogin: Sendable {
    static let path = "/dev/token"
    /// How long a token counts.
    static let lifetime = Duration.seconds(8 * 3_600)
    /// Bytes of a name at most.
    static let maxNameBytes = 100
    private static let roles: Set<String> = ["agent", "supervisor", "admin"]

    private let key: SymmetricKey
    private let origins: Set<String>
    /// Full names of workers, by their names.
    private let agents: [String: String]

    /// - Parameters:
    ///   - secret: What the Gateway checks with: its `gateway.auth.jwt_secret`.
    ///   - origins: Pages that may ask.
    ///   - agents: The workers of all projects.
    init(secret: Secret, origins: [String], agents: [SandboxProject.Agent] = []) {
        key = SymmetricKey(data: Array(secret.reveal().utf8))
        self.origins = Set(origins)
        self.agents = agents.reduce(into: [:]) { $0[$1.name] = $0[$1.name] ?? $1.fullName ?? $1.name }
    }

    /// Answers a request, also the browser's question whether it may be made.
    func answer(_ raw: RawRequest, now: Timestamp) -> RestAnswer {
        let origin = raw.head.headers.first(name: "Origin")
        if let origin, !origins.contains(origin) {
            return TwilioProblem(status: 403, code: 20403, "This origin is not in sandbox.dev_login_origins").answer
        }
        var answer: RestAnswer
        switch raw.head.method {
        case .OPTIONS:
            answer = .noContent
            answer.headers.append(("Access-Control-Allow-Methods", "POST"))
            answer.headers.append(("Access-Control-Allow-Headers", "content-type"))
            answer.headers.append(("Access-Control-Max-Age", "600"))
        case .POST: answer = token(raw, now: now)
        default: answer = TwilioProblem(status: 405, code: 20004, "Method not allowed").answer
        }
        if let origin { answer.headers.append(("Access-Control-Allow-Origin", origin)) }
        answer.headers.append(("Vary", "Origin"))
        answer.headers.append(("Cache-Control", "no-store"))
        return answer
    }

    private func token(_ raw: RawRequest, now: Timestamp) -> RestAnswer {
        // A form from any page is sent without asking first; JSON is not.
        guard raw.head.headers.first(name: "Content-Type")?.lowercased().hasPrefix("application/json") == true,
            let json = raw.body.flatMap({ try? JSONValue(parsing: $0.readableBytesView) })
        else { return TwilioProblem.invalid("body", "it must be JSON, and say so").answer }
        guard let name = json["name"]?.string, (1...Self.maxNameBytes).contains(name.utf8.count) else {
            return TwilioProblem.invalid("name", "1 to \(Self.maxNameBytes) bytes").answer
        }
        guard let role = json["role"]?.string, Self.roles.contains(role) else {
            return TwilioProblem.invalid("role", "one of \(Self.roles.sorted().joined(separator: ", "))").answer
        }
        let expires = now.advanced(by: Self.lifetime)
        let claims: JSONValue = [
            "sub": .string(agents[name] == nil ? "dev:" + name : name), "name": .string(agents[name] ?? name),
            "role": .string(role), "iss": "patchbay-sandbox",
            "iat": .number(JSONNumber(now.unixNanoseconds / 1_000_000_000)),
            "exp": .number(JSONNumber(expires.unixNanoseconds / 1_000_000_000)),
        ]
        let head = Self.encoded(#"{"alg":"HS256","typ":"JWT"}"#.utf8) + "." + Self.encoded(claims.bytes)
        let code = HMAC<SHA256>.authenticationCode(for: Array(head.utf8), using: key)
        return RestAnswer([
            "token": .string(head + "." + Self.encoded(Array(code))), "expires": .string(expires.rfc3339),
        ])
    }

    /// Base64 with the URL alphabet, unpadded (RFC 7515 §2).
    private static func encoded(_ bytes: some Collection<UInt8>) -> String {
        let text = Base64.encode(bytes).filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
