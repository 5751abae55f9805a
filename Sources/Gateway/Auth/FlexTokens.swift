import Crypto
import Events
import Synchronization

/// Checks tokens of Flex users by asking ExtensionsSvc, which asks the provider; remembers answers for a short while.
///
/// Fails closed: without an answer nobody comes in. Tokens are remembered by their hash alone.
final class FlexTokens: Sendable {
    /// Longest token that is asked about, in bytes.
    static let maxBytes = 8_192
    /// How long a wrong token is remembered.
    static let refusalLifetime = Duration.seconds(10)
    /// Answers that are remembered; with more, all are forgotten.
    static let maxRemembered = 10_000
    /// Questions on the way at once; more tokens are refused as uncheckable.
    static let maxInFlight = 32
    /// How long an answer is waited for.
    static let timeout = Duration.seconds(8)
    /// A token without an end of its own counts for this long.
    static let assumedLifetime = Duration.seconds(3_600)
    static let service = "extensions.flex-token"

    private struct Answer {
        let principal: Result<Principal, TokenRefusal>
        let until: Timestamp
    }

    private struct State {
        var answers: [SHA256.Digest: Answer] = [:]
        var inFlight = 0
    }

    private let caller: any ServiceCaller
    private let lifetime: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - caller: The bus.
    ///   - lifetime: How long a right token is remembered.
    init(caller: any ServiceCaller, lifetime: Duration) {
        self.caller = caller
        self.lifetime = lifetime
    }

    /// - Throws: ``TokenRefusal``.
    func principal(_ token: String, now: Timestamp) async throws(TokenRefusal) -> Principal {
        guard token.utf8.count <= Self.maxBytes, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalid
        }
        let key = SHA256.hash(data: Array(token.utf8))
        if let known = state.withLock({ $0.answers[key] }), now < known.until {
            let principal = try known.principal.get()
            guard now < principal.expires else { throw .expired }
            return principal
        }
        let isFree = state.withLock { state in
            guard state.inFlight < Self.maxInFlight else { return false }
            state.inFlight += 1
            return true
        }
        guard isFree else { throw .uncheckable(reason: "\(Self.maxInFlight) others are being checked.") }
        defer { state.withLock { $0.inFlight -= 1 } }
        let principal = await ask(token, now: now)
        let lasts: Duration
        switch principal {
        case .success: lasts = lifetime
        case .failure(.uncheckable): return try principal.get()
        case .failure: lasts = Self.refusalLifetime
        }
        state.withLock { state in
            if state.answers.count >= Self.maxRemembered { state.answers.removeAll(keepingCapacity: true) }
            state.answers[key] = Answer(principal: principal, until: now.advanced(by: lasts))
        }
        return try principal.get()
    }

    private func ask(_ token: String, now: Timestamp) async -> Result<Principal, TokenRefusal> {
        let question = JSONValue.object(JSONObject([("token", .string(token))])).bytes
        let answer: JSONValue?
        do throws(CallFailure) {
            let bytes = try await caller.call(Self.service, question, within: Self.timeout)
            answer = try? JSONValue(parsing: bytes)
        } catch {
            return .failure(.uncheckable(reason: "\(error)"))
        }
        guard let answer, let isValid = answer["valid"]?.bool else {
            return .failure(.uncheckable(reason: "The answer of \(Self.service) is malformed."))
        }
        if !isValid, answer["reason"]?.string == "unreachable" {
            return .failure(.uncheckable(reason: "The provider does not answer."))
        }
        guard isValid, let subject = answer["sub"]?.string, !subject.isEmpty else { return .failure(.invalid) }
        guard let role = answer["role"]?.string.flatMap(Role.init(rawValue:)) else { return .failure(.roleUnknown) }
        let expires = answer["expires"]?.string.flatMap { try? Timestamp(rfc3339: $0) }
        let principal = Principal(
            subject: subject, name: answer["name"]?.string ?? subject, role: role,
            expires: expires ?? now.advanced(by: Self.assumedLifetime))
        guard now < principal.expires else { return .failure(.expired) }
        return .success(principal)
    }
}
