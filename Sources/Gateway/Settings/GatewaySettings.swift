import Events
import Hosting
import Twilio

/// What the Gateway reads from the configuration.
///
/// Configuration keys, in the section `gateway`:
/// - `listen.host` (string, default `127.0.0.1`), `listen.port` (int, default 8080, 0 = any free one).
/// - `public_url` (string, required with projects): what providers were given, such as `https://bus.example.com`. It is
///   what signatures are checked against; the request's own `Host` never is.
/// - `public_url_credentials_optional` (bool, default false): credentials in `public_url` may be missing in what was
///   signed.
/// - `projects.<name>`: see ``ProjectSettings``.
/// - `metrics_public` (bool, default false): `/metrics` for everyone; see ``PeerScope``.
/// - `callbacks`: see ``CallbackSettings``; `availability`: see ``AvailabilitySettings``.
/// - `auth`: see ``AuthSettings``; `api`: see ``ApiSettings``; `lookup`: see ``LookupSettings``; `panel`: see
///   ``PanelSettings``; `studio`: see ``StudioSettings``.
/// - limits: see ``GatewayLimits``.
struct GatewaySettings: ServiceSettings {
    static let sections = ["gateway"]

    let host: String
    let port: Int
    let publicURL: SignedURL?
    /// As written, without a slash at the end; for showing URLs.
    let publicURLText: String
    let projects: [ProjectSettings]
    let isMetricsPublic: Bool
    let callbacks: CallbackSettings
    let availability: AvailabilitySettings
    let auth: AuthSettings
    let api: ApiSettings
    let lookup: LookupSettings
    let panel: PanelSettings
    let studio: StudioSettings
    let limits: GatewayLimits

    init(reader: SettingsReader) {
        let gateway = reader.section("gateway")
        let listen = gateway.section("listen")
        host = listen.string("host", default: "127.0.0.1", maxBytes: 255)
        port = listen.int("port", default: 8080, in: 0...65_535)
        let url = gateway.optionalString("public_url", maxBytes: 1_024) ?? ""
        let isOptional = gateway.bool("public_url_credentials_optional", default: false)
        publicURL = url.isEmpty ? nil : SignedURL(base: url, withoutCredentials: isOptional)
        publicURLText = String(url.hasSuffix("/") ? url.dropLast() : url[...])
        let section = gateway.section("projects")
        projects = gateway.keyed("projects").map {
            ProjectSettings(name: $0.name, reader: $0.reader, projects: section)
        }
        isMetricsPublic = gateway.bool("metrics_public", default: false)
        callbacks = CallbackSettings(reader: gateway.section("callbacks"))
        availability = AvailabilitySettings(reader: gateway.section("availability"))
        auth = AuthSettings(reader: gateway.section("auth"))
        api = ApiSettings(reader: gateway.section("api"))
        lookup = LookupSettings(reader: gateway.section("lookup"))
        panel = PanelSettings(reader: gateway.section("panel"))
        studio = StudioSettings(reader: gateway.section("studio"))
        limits = GatewayLimits(reader: gateway)

        if !url.isEmpty, publicURL == nil || url.contains("?") || url.contains("#") {
            gateway.reject("public_url", because: "it must be http(s)://host, without a query or fragment.")
        } else if url.isEmpty, !projects.isEmpty {
            gateway.reject("public_url", because: "it is required with projects: signatures are checked against it.")
        }
        if let unknown = callbacks.projects?.subtracting(projects.map(\.name)).min() {
            gateway.section("callbacks").reject("projects", because: "'\(unknown.prefix(64))' is no project.")
        }
        if let unknown = lookup.projects?.subtracting(projects.map(\.name)).min() {
            gateway.section("lookup").reject("projects", because: "'\(unknown.prefix(64))' is no project.")
        }
        if let unknown = studio.projects?.subtracting(projects.map(\.name)).min() {
            gateway.section("studio").reject("projects", because: "'\(unknown.prefix(64))' is no project.")
        }
        for (index, project) in projects.enumerated() {
            let others = projects[..<index].filter { $0.accountSID == project.accountSID && !$0.accountSID.isEmpty }
            if let other = others.first(where: { !$0.aliases.isDisjoint(with: project.aliases) }) {
                let rule = "it shares an account and an alias path with '\(other.name)'; give each path to one of them."
                section.section(project.name).reject("aliases", because: rule)
            }
        }
    }
}
