import Crypto
import Events

/// Lets one customer's chat page ask about one agent for a short while, from one origin.
///
/// `v1.<claims>.<code>`: claims are JSON in unpadded Base64 with the URL alphabet, the code is HMAC-SHA256 over the text
/// before it. It holds no secret and names nobody but the agent; whoever has it can do no more than ask, within the rate.
struct WidgetToken: Hashable, Sendable {
    /// Longest token that is looked at, in bytes.
    static let maxBytes = 1_024
    /// Bytes that a chat's or an agent's name may have.
    static let maxNameBytes = 256

    /// The page's origin.
    let origin: String
    /// The chat, as the integrator calls it; usually its conversation SID.
    let chat: String
    /// The only agent who may be asked about; nil: any.
    let agent: String?
    /// From here on it counts no more.
    let expires: Timestamp

    /// The length of the token.
    var bytes: Int { head.utf8.count + 1 + Self.codeBytes }

    /// The code in Base64: 32 bytes, unpadded.
    private static let codeBytes = 43

    /// What is signed.
    private var head: String {
        var claims = JSONObject()
        claims["o"] = .string(origin)
        claims["c"] = .string(chat)
        claims["a"] = agent.map { .string($0) }
        claims["e"] = .number(JSONNumber(expires.unixNanoseconds / 1_000_000_000))
        return "v1.\(Base64URL.encode(JSONValue.object(claims).bytes))"
    }

    /// Signs.
    func signed(with key: SymmetricKey) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array(head.utf8), using: key)
        return "\(head).\(Base64URL.encode(Array(code)))"
    }

    /// Why a token does not count.
    enum Refusal: Error, Hashable, Sendable {
        /// It is no token, or not signed with our key.
        case invalid
        case expired
        /// It was minted for a page of another origin.
        case otherOrigin
    }

    /// Reads and checks a token; nothing in it counts before its code is right.
    ///
    /// - Parameters:
    ///   - text: The token.
    ///   - key: The secret.
    ///   - origin: Where the request comes from.
    ///   - now: The current moment.
    /// - Throws: ``Refusal``.
    init(_ text: String, key: SymmetricKey, origin: String, now: Timestamp) throws(Refusal) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maxBytes, parts.count == 3, parts[0] == "v1",
            let code = Base64URL.decode(parts[2]),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array("\(parts[0]).\(parts[1])".utf8), using: key),
            let claims = Base64URL.decode(parts[1]).flatMap({ try? JSONValue(parsing: $0) }),
            let ownOrigin = claims["o"]?.string, let chat = claims["c"]?.string,
            let seconds = claims["e"]?.integer, seconds >= 0,
            let expires = Timestamp(
                unixMilliseconds: UInt64(seconds).multipliedReportingOverflow(by: 1_000).partialValue)
        else { throw .invalid }
        guard now < expires else { throw .expired }
        guard ownOrigin == origin else { throw .otherOrigin }
        self.init(origin: ownOrigin, chat: chat, agent: claims["a"]?.string, expires: expires)
    }

    init(origin: String, chat: String, agent: String?, expires: Timestamp) {
        self.origin = origin
        self.chat = chat
        self.agent = agent
        self.expires = expires
    }
}

/// Base64 with the URL alphabet and without padding (RFC 4648 §5).
enum Base64URL {
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        let text = Base64.encode(bytes).filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil for a text in another alphabet.
    static func decode(_ text: Substring) -> [UInt8]? {
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }) else { return nil }
        var bytes = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
        return Base64.decode(bytes)
    }
}
