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
    /// Right tokens that are remembered, and wrong ones; with more, all of that kind are forgotten.
    static let maxRemembered = 10_000
    /// How long a right token is told from one that nobody has shown before, after its answer has lapsed.
    static let knownLifetime = Duration.seconds(3_600)
    /// Questions on the way at once; more tokens are refused as uncheckable.
    static let maxInFlight = 32
    /// The same for tokens that were never right: whoever makes them up leaves places for those who have one.
    static let maxStrangers = 12
    /// How long an answer is waited for.
    static let timeout = Duration.seconds(8)
    /// A token without an end of its own counts for this long.
    static let assumedLifetime = Duration.seconds(3_600)
    static let service = "extensions.flex-token"

    private struct Answer<Value: Sendable>: Sendable {
        let value: Value
        let until: Timestamp
    }

    private struct State {
        var right: [SHA256.Digest: Answer<Principal>] = [:]
        var wrong: [SHA256.Digest: Answer<TokenRefusal>] = [:]
        var inFlight = 0
        var strangers = 0

        /// Takes a place for a question.
        mutating func enter(isKnown: Bool) -> Bool {
            guard inFlight < maxInFlight, isKnown || strangers < maxStrangers else { return false }
            inFlight += 1
            if !isKnown { strangers += 1 }
            return true
        }

        mutating func leave(isKnown: Bool) {
            inFlight -= 1
            if !isKnown { strangers -= 1 }
        }
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
        let (right, wrong) = state.withLock { ($0.right[key], $0.wrong[key]) }
        if let right, now < right.until {
            guard now < right.value.expires else { throw .expired }
            return right.value
        }
        if let wrong, now < wrong.until { throw wrong.value }
        let isKnown = right.map { now < $0.until.advanced(by: Self.knownLifetime) } ?? false
        guard state.withLock({ $0.enter(isKnown: isKnown) }) else {
            throw .uncheckable(reason: "Too many others are being checked.")
        }
        defer { state.withLock { $0.leave(isKnown: isKnown) } }
        let principal = await ask(token, now: now)
        remember(principal, of: key, now: now)
        return try principal.get()
    }

    private func remember(_ principal: Result<Principal, TokenRefusal>, of key: SHA256.Digest, now: Timestamp) {
        state.withLock { state in
            switch principal {
            case .failure(.uncheckable): break
            case .success(let principal):
                if state.right.count >= Self.maxRemembered { state.right.removeAll(keepingCapacity: true) }
                state.right[key] = Answer(value: principal, until: now.advanced(by: lifetime))
                state.wrong[key] = nil
            case .failure(let refusal):
                if state.wrong.count >= Self.maxRemembered { state.wrong.removeAll(keepingCapacity: true) }
                state.wrong[key] = Answer(value: refusal, until: now.advanced(by: Self.refusalLifetime))
                state.right[key] = nil
            }
        }
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
