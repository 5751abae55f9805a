import Hosting

/// Whose pages may frame the agent's panel and use the API from elsewhere.
///
/// Configuration keys, in `gateway.panel`:
/// - `origins` (list of origins, default none): pages that may frame `/panel/`; see ``WebOrigin``.
/// - `compatibility_origins` (list of origins, default none; a subset of `origins`): pages that may also talk to the panel
///   as the samples' pages do, by a bare number.
/// - `flex_origins` (list of origins, default none): pages whose scripts may call `/v1/`, with a token, never with cookies:
///   where Flex runs.
/// - `cif_origins` (list of origins, default none): Dynamics 365 organisations that may frame `/panel/cif`, and whose
///   channel library that page loads; see ``CIFPage``.
/// - `dial_expiry_seconds` (int, default 15, range 1...60): how long a click counts; then no call is placed any more.
/// - `dials_per_minute` (int, default 60, range 1...6000): clicks that one agent may post, repeats among them; more are
///   429. How many become calls is the team's `dials_per_minute`, which should be less.
struct PanelSettings: Sendable {
    /// Origins of one list.
    static let maxOrigins = 64

    let origins: [WebOrigin]
    let compatibilityOrigins: [WebOrigin]
    let flexOrigins: [WebOrigin]
    let cifOrigins: [WebOrigin]
    let dialExpiry: Duration
    let dialsPerMinute: Int

    init(reader: SettingsReader) {
        origins = Self.origins(reader, "origins")
        compatibilityOrigins = Self.origins(reader, "compatibility_origins")
        flexOrigins = Self.origins(reader, "flex_origins")
        cifOrigins = Self.origins(reader, "cif_origins")
        dialExpiry = .seconds(reader.int("dial_expiry_seconds", default: 15, in: 1...60))
        dialsPerMinute = reader.int("dials_per_minute", default: 60, in: 1...6_000)
        if let other = compatibilityOrigins.first(where: { !origins.contains($0) }) {
            reader.reject("compatibility_origins", because: "'\(other.text)' is not among the origins.")
        }
    }

    private static func origins(_ reader: SettingsReader, _ name: String) -> [WebOrigin] {
        let texts = reader.strings(name, maxCount: maxOrigins)
        let origins = texts.compactMap(WebOrigin.init)
        if let wrong = texts.first(where: { WebOrigin($0) == nil }) {
            reader.reject(name, because: "'\(wrong.prefix(64))' is none; \(WebOrigin.rule)")
        }
        return origins
    }
}
