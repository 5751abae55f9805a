import Hosting

/// Whose tokens let people in.
///
/// Configuration keys, in `gateway.auth`:
/// - `jwt_secret` (secret): at least 32 bytes; signs JWTs with HS256. `jwt_secret_secondary`: a second one that counts
///   too, for the time of a rotation.
/// - `jwks_file` (string) or `jwks_url` (string): the public keys of an issuer, RS, PS or ES; the URL is https, or http
///   on this machine.
/// - `jwks_seconds` (int, default 3600, range 60...86400): the keys are read anew after this long, and when a token names
///   one that is not there.
/// - `issuer`, `audience` (string): what `iss` must be and `aud` contain. Default: anything; with `jwks_url` the audience
///   is required, since an identity provider signs tokens for all its applications with the same keys.
/// - `role_claim` (string, default `role`): where the role is, `agent`, `supervisor` or `admin`, or a list of them; a path
///   such as `realm_access.roles` too. Where it is absent, `roles` counts.
/// - `name_claim` (string, default `name`): what people are called; `sub` where it is absent.
/// - `leeway_seconds` (int, default 30, range 0...300): how far clocks may be apart.
/// - `flex` (bool, default false): tokens of Flex users count too, checked at the provider by ExtensionsSvc.
/// - `flex_seconds` (int, default 60, range 1...300): how long the provider's answer is remembered.
/// - `flex_recheck_seconds` (int, default 120, range 10...3600): the provider is asked again about the token of an open
///   event stream after this long; one that it has withdrawn ends the stream.
/// - `development_url` (string): where the Sandbox hands out tokens for trying things out; on this machine only.
struct AuthSettings: Sendable {
    static let minSecretBytes = 32

    let secrets: [Secret]
    let jwksFile: String?
    let jwksURL: String?
    let jwksLifetime: Duration
    let claims: TokenClaims
    let isFlex: Bool
    let flexLifetime: Duration
    let flexRecheck: Duration
    let developmentURL: String?

    init(reader: SettingsReader) {
        let secret = reader.optionalSecret("jwt_secret")
        let secondary = reader.optionalSecret("jwt_secret_secondary")
        secrets = [secret, secondary].compactMap { $0 }
        jwksFile = reader.optionalString("jwks_file")
        jwksURL = reader.optionalString("jwks_url", maxBytes: 1_024)
        jwksLifetime = .seconds(reader.int("jwks_seconds", default: 3_600, in: 60...86_400))
        claims = TokenClaims(
            roleClaim: reader.string("role_claim", default: "role", maxBytes: 128),
            nameClaim: reader.string("name_claim", default: "name", maxBytes: 128),
            issuer: reader.optionalString("issuer", maxBytes: 1_024),
            audience: reader.optionalString("audience", maxBytes: 1_024),
            leeway: .seconds(reader.int("leeway_seconds", default: 30, in: 0...300)))
        isFlex = reader.bool("flex", default: false)
        flexLifetime = .seconds(reader.int("flex_seconds", default: 60, in: 1...300))
        flexRecheck = .seconds(reader.int("flex_recheck_seconds", default: 120, in: 10...3_600))
        developmentURL = reader.optionalString("development_url", maxBytes: 1_024)

        for (name, secret) in [("jwt_secret", secret), ("jwt_secret_secondary", secondary)] {
            guard let secret, secret.reveal().utf8.count < Self.minSecretBytes else { continue }
            reader.reject(name, because: "it must have at least \(Self.minSecretBytes) bytes.")
        }
        if jwksFile != nil, jwksURL != nil {
            reader.reject("jwks_url", because: "jwks_file is set too; the keys come from one place.")
        }
        if let jwksURL, !jwksURL.hasPrefix("https://"), !Self.isLocal(jwksURL) {
            reader.reject("jwks_url", because: "it must be https, or http on this machine.")
        }
        if jwksURL != nil, claims.audience == nil {
            let rule = "it is required with jwks_url: the same keys sign tokens for the issuer's other applications."
            reader.reject("audience", because: rule)
        }
        if let developmentURL, !Self.isLocal(developmentURL) {
            reader.reject("development_url", because: "it must be http on this machine: 127.0.0.1 or localhost.")
        }
    }

    /// Ways to come in, for `GET /v1/auth`.
    var methods: [String] {
        var methods: [String] = []
        if !secrets.isEmpty || jwksFile != nil || jwksURL != nil { methods.append("token") }
        if isFlex { methods.append("flex") }
        if developmentURL != nil { methods.append("development") }
        return methods
    }

    private static func isLocal(_ url: String) -> Bool {
        // Before an @ would stand credentials, and the host behind it.
        guard !url.contains("@") else { return false }
        return ["127.0.0.1", "localhost", "[::1]"].contains { host in
            let rest = url.hasPrefix("http://\(host)") ? url.dropFirst(7 + host.utf8.count) : nil
            return rest.map { $0.isEmpty || $0.hasPrefix(":") || $0.hasPrefix("/") } ?? false
        }
    }
}
