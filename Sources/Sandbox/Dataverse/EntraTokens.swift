import Events
import Hosting

/// The authority beside Dataverse: hands out bearer tokens and knows them again.
///
/// Both forms of the endpoint, `/{tenant}/oauth2/v2.0/token` with `scope` and `/{tenant}/oauth2/token` with `resource`;
/// client credentials with a secret, and the password grant. Refusals are in Entra's words as they are publicly known;
/// which of two statuses a rare one has is general knowledge.
struct EntraTokens: Sendable {
    /// One request for a token, its form decoded.
    struct Request: Sendable {
        var tenant: String
        var isVersion2: Bool
        var form: [(name: String, value: String)]
        /// Origins under which the organisation is known: what tokens may be for.
        var organizations: [String]

        func value(_ name: String) -> String? {
            form.first { $0.name == name && !$0.value.isEmpty }?.value
        }
    }

    private struct Token: Sendable {
        var user: GUID
        var expires: Timestamp
    }

    /// Tokens that count at once; beyond, the oldest ends first.
    static let limit = 10_000

    private var tokens: [String: Token] = [:]
    private var order: [String] = []
    private(set) var issued = 0

    /// Whom a token stands for; nil when it is unknown or over.
    func user(_ token: some StringProtocol, now: Timestamp) -> GUID? {
        guard let known = tokens[String(token)], now < known.expires else { return nil }
        return known.user
    }

    /// Ends every token that was given so far, as an administrator may.
    mutating func revoke() {
        tokens = [:]
        order = []
    }

    /// Answers a request for a token.
    ///
    /// - Parameters:
    ///   - request: Its form and its address.
    ///   - settings: Who may have one.
    ///   - users: Whom the application and the person stand for.
    ///   - seconds: How long it counts.
    ///   - now: When it begins to count.
    /// - Returns: The token, or why there is none.
    mutating func answer(
        _ request: Request, settings: DataverseSettings, users: (application: GUID, person: GUID), seconds: Int,
        now: Timestamp
    ) -> RestAnswer {
        do throws(EntraProblem) {
            let user = try Self.user(request, settings, users)
            return grant(request, user: user, seconds: seconds, now: now)
        } catch {
            return error.answer(now: now)
        }
    }

    private static func user(
        _ request: Request, _ settings: DataverseSettings, _ users: (application: GUID, person: GUID)
    ) throws(EntraProblem) -> GUID {
        guard GUID(request.tenant) == settings.tenant else { throw .unknownTenant(request.tenant) }
        guard let grant = request.value("grant_type") else { throw .missing("grant_type") }
        guard ["client_credentials", "password"].contains(grant) else { throw .otherGrant(grant) }
        guard let client = request.value("client_id") else { throw .missing("client_id") }
        guard GUID(client) == settings.clientID else { throw .unknownClient(client) }
        try checkTarget(request, isApplication: grant == "client_credentials")
        let secret = request.value("client_secret")
        if grant == "client_credentials" {
            guard request.value("client_assertion") == nil else { throw .noAssertions }
            guard let secret else { throw .noSecret }
            guard secret == settings.clientSecret?.reveal() else { throw .wrongSecret(client) }
            return users.application
        }
        if let secret, secret != settings.clientSecret?.reveal() { throw .wrongSecret(client) }
        guard let name = request.value("username") else { throw .missing("username") }
        guard let password = request.value("password") else { throw .missing("password") }
        guard let known = settings.username, name.lowercased() == known.lowercased(),
            password == settings.password?.reveal()
        else { throw .wrongPassword }
        return users.person
    }

    /// What the token is for: the organisation, with or without a slash at its end.
    private static func checkTarget(_ request: Request, isApplication: Bool) throws(EntraProblem) {
        func isOurs(_ resource: some StringProtocol) -> Bool {
            request.organizations.contains { resource == $0 || resource == $0 + "/" }
        }
        guard request.isVersion2 else {
            guard let resource = request.value("resource") else { throw .missing("resource") }
            guard isOurs(resource) else { throw .unknownResource(resource) }
            return
        }
        guard let scope = request.value("scope") else { throw .missing("scope") }
        // A person may ask for more at once: `{org}/user_impersonation offline_access openid`.
        let scopes = scope.split(separator: " ").filter { !["openid", "profile", "offline_access"].contains($0) }
        guard let first = scopes.first, let slash = first.lastIndex(of: "/") else { throw .wrongScope(scope) }
        guard !isApplication || (scopes.count == 1 && first[slash...] == "/.default") else { throw .wrongScope(scope) }
        guard isOurs(first[..<slash]) else { throw .unknownResource(String(first[..<slash])) }
    }

    private mutating func grant(_ request: Request, user: GUID, seconds: Int, now: Timestamp) -> RestAnswer {
        var random = SystemRandomNumberGenerator()
        let token = "sandbox." + (0..<4).map { _ in GUID.random(using: &random).text.filter { $0 != "-" } }.joined()
        if order.count >= Self.limit { tokens[order.removeFirst()] = nil }
        order.append(token)
        tokens[token] = Token(user: user, expires: now.advanced(by: .seconds(seconds)))
        issued += 1
        let from = now.unixSeconds
        var answer = RestAnswer.object { json in
            json.text("token_type", "Bearer")
            guard !request.isVersion2 else {
                json.number("expires_in", seconds)
                json.number("ext_expires_in", seconds)
                json.text("access_token", token)
                return
            }
            // The first version writes numbers as text.
            json.text("expires_in", "\(seconds)")
            json.text("ext_expires_in", "\(seconds)")
            json.text("expires_on", "\(from + seconds)")
            json.text("not_before", "\(from)")
            json.text("resource", request.value("resource"))
            json.text("access_token", token)
        }
        answer.headers = [("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache")]
        return answer
    }
}
