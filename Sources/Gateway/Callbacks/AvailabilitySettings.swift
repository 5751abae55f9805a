import Hosting

/// The availability check, called from customers' pages.
///
/// Configuration keys, in `gateway.availability`:
/// - `origins` (list, default empty): pages that may ask, as exact origins such as `https://shop.example.com`. Empty:
///   the check is off.
/// - `token_secret` (secret, required with origins unless `legacy`): at least 32 bytes; signs widget tokens.
/// - `issuer_key` (secret): what the integrator's server shows to have a token minted, as `Authorization: Bearer …`; at
///   least 16 bytes. Without it no tokens are minted here.
/// - `token_seconds` (int, default 900, range 60...86400): how long a token counts.
/// - `legacy` (bool, default false): takes requests without a token, as the sample did; origin and rate only.
/// - `requests_per_minute` (int, default 20, range 1...6000): of one chat's token; more get 429.
/// - `legacy_requests_per_minute` (int, default 60, range 1...60000): of all requests without a token from one origin.
struct AvailabilitySettings: Sendable {
    static let minSecretBytes = 32
    static let minIssuerBytes = 16

    let origins: Set<String>
    let tokenSecret: Secret?
    let issuerKey: Secret?
    let tokenSeconds: Int
    let isLegacy: Bool
    let requestsPerMinute: Int
    let legacyRequestsPerMinute: Int

    var isOn: Bool { !origins.isEmpty }

    init(reader: SettingsReader) {
        let list = reader.strings("origins", default: [])
        origins = Set(list)
        tokenSecret = reader.optionalSecret("token_secret")
        issuerKey = reader.optionalSecret("issuer_key")
        tokenSeconds = reader.int("token_seconds", default: 900, in: 60...86_400)
        isLegacy = reader.bool("legacy", default: false)
        requestsPerMinute = reader.int("requests_per_minute", default: 20, in: 1...6_000)
        legacyRequestsPerMinute = reader.int("legacy_requests_per_minute", default: 60, in: 1...60_000)

        if let wrong = list.first(where: { !Self.isOrigin($0) }) {
            let rule = "'\(wrong.prefix(64))' is no origin: scheme, host and port only, in lower case, without a slash."
            reader.reject("origins", because: rule)
        }
        if let tokenSecret, tokenSecret.reveal().utf8.count < Self.minSecretBytes {
            reader.reject("token_secret", because: "it must have at least \(Self.minSecretBytes) bytes.")
        }
        if let issuerKey, issuerKey.reveal().utf8.count < Self.minIssuerBytes {
            reader.reject("issuer_key", because: "it must have at least \(Self.minIssuerBytes) bytes.")
        }
        if isOn, tokenSecret == nil, !isLegacy {
            reader.reject("token_secret", because: "it is required with origins: pages must show a token.")
        }
    }

    /// Whether a text is an origin as browsers send it: compared byte by byte later, so no other spelling would match.
    static func isOrigin(_ text: String) -> Bool {
        guard let separator = text.firstRange(of: "://") else { return false }
        let scheme = text[..<separator.lowerBound]
        let rest = text[separator.upperBound...]
        guard scheme == "https" || scheme == "http", !rest.isEmpty, text == text.lowercased() else { return false }
        return rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "*") }
            && !rest.contains("?") && !rest.contains("#") && !rest.contains("@")
    }
}
