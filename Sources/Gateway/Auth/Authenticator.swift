import Events
import HTTPTypes
import Hosting
import Hummingbird
import Logging

/// Finds out who asks: by a JWT of a configured issuer, or by a token of Flex.
///
/// The algorithm in a token's header only selects among what is configured: HS256 goes to the secret, the others to the
/// issuer's public keys, `none` to nobody.
struct Authenticator: Sendable {
    private let secrets: KeySet
    private let issuer: KeySource?
    private let claims: TokenClaims
    private let flex: FlexTokens?
    private let recheckInterval: Duration
    private let now: @Sendable () -> Timestamp

    init(
        settings: AuthSettings, caller: any ServiceCaller, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        secrets = KeySet(secrets: settings.secrets.map { $0.reveal() })
        let fetch = settings.jwksFile.map(KeySource.file) ?? settings.jwksURL.map(KeySource.url)
        issuer = fetch.map { KeySource(lifetime: settings.jwksLifetime, logger: logger, fetch: $0) }
        claims = settings.claims
        flex = settings.isFlex ? FlexTokens(caller: caller, lifetime: settings.flexLifetime) : nil
        recheckInterval = settings.flexRecheck
        self.now = now
    }

    /// Who sends a request, by its `Authorization` header.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - role: What it needs.
    /// - Returns: Who it is.
    /// - Throws: ``TokenRefusal``.
    func principal(of request: Request, atLeast role: Role) async throws(TokenRefusal) -> Principal {
        guard let token = AvailabilityRequest.bearer(request.headers[.authorization]), !token.isEmpty else {
            throw .missing
        }
        return try await principal(token: token, atLeast: role)
    }

    /// Who holds a token.
    ///
    /// - Throws: ``TokenRefusal``.
    func principal(token: String, atLeast role: Role) async throws(TokenRefusal) -> Principal {
        let principal = try await principal(token: token)
        guard principal.role >= role else { throw .roleTooLow(needed: role) }
        return principal
    }

    private func principal(token text: String) async throws(TokenRefusal) -> Principal {
        let now = now()
        guard let token = SignedToken(text) else {
            guard let flex else { throw .invalid }
            return try await flex.principal(text, now: now)
        }
        let keys: KeySet
        if token.algorithm == "HS256" {
            keys = secrets
        } else if KeySet.known.contains(token.algorithm), let issuer {
            keys = try await issuer.keys(id: token.keyID, algorithm: token.algorithm)
        } else {
            throw .invalid
        }
        guard keys.verifies(token) else { throw .invalid }
        return try claims.principal(token.claims, now: now)
    }

    /// How to find out later whether a request's token still counts; nil for tokens that nobody withdraws: JWTs of our
    /// own issuers count until their end.
    func standing(of request: Request, as principal: Principal) -> StreamStanding? {
        guard flex != nil, let token = AvailabilityRequest.bearer(request.headers[.authorization]),
            SignedToken(token) == nil
        else { return nil }
        return StreamStanding(every: recheckInterval) { [self] in
            do throws(TokenRefusal) {
                let current = try await self.principal(token: token)
                return current.subject == principal.subject && current.role >= .agent ? nil : .tokenRevoked
            } catch {
                switch error {
                case .uncheckable: return nil
                case .expired: return .tokenExpired
                default: return .tokenRevoked
                }
            }
        }
    }
}
