public import Events

/// The check of the token that an agent's browser has from Flex.
///
/// Positive answers are kept for a minute or as long as the token lasts, whichever is shorter (``FlexTokenCache``);
/// everything else, an answer that does not come among it, is a refusal.
public actor FlexTokens {
    private let client: TwilioClient
    private var cache: FlexTokenCache
    private let wallClock: @Sendable () -> Timestamp

    /// A check for one account.
    ///
    /// - Parameters:
    ///   - client: The account; give it little time (``TwilioClient/within(_:)``), somebody waits.
    ///   - wallClock: The time of day.
    public init(client: TwilioClient, wallClock: @escaping @Sendable () -> Timestamp) {
        self.client = client
        self.wallClock = wallClock
        cache = FlexTokenCache()
    }

    /// Checks a token.
    ///
    /// - Parameter token: As the browser sent it.
    /// - Returns: Who it is; nil when the token is not valid.
    /// - Throws: ``TwilioError`` when that cannot be known: treat it as a refusal.
    public func validate(_ token: String) async throws(TwilioError) -> FlexTokenIdentity? {
        guard !token.isEmpty, token.utf8.count <= FlexTokenCache.tokenBytes else { return nil }
        if let known = cache.identity(of: token, now: wallClock()) { return known }
        let body = JSONValue.object(JSONObject([("token", .string(token))]))
        let answer: FlexTokenAnswer?
        do {
            answer = try await client.perform(
                .post(
                    .iam, "/v1/Accounts/{account}/Tokens/validate", client.accountSID.text,
                    body: .json(body.bytes), rule: .read))
        } catch {
            // These are answers to the question; a 401 says that our own credentials are wrong.
            guard case .rejected(let problem) = error, problem.status == 400 || problem.status == 403 else {
                throw error
            }
            return nil
        }
        guard let answer, answer.isValid, let identity = answer.identity else { return nil }
        let now = wallClock()
        if let expiration = identity.expiration, expiration <= now { return nil }
        cache.keep(identity, of: token, now: now)
        return identity
    }
}
