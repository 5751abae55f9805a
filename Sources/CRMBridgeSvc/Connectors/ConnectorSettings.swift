import Hosting
import Phone

/// Which CRM, and how it is reached.
///
/// Configuration keys, in the section `crm`:
/// - `connector` (`builtin`, `http` or `dynamics`, default builtin): contacts in the Broker's maps, a CRM with a REST
///   interface, or Dynamics 365.
/// - `country` (ISO 3166, default none): whose rules complete numbers without a country code in contacts that are made
///   or imported, and in contacts of Dynamics 365 whose country is not known.
/// - `lookup_timeout_ms` (int, default 1500, range 50...10000): how long a screen pop waits for the CRM.
/// - `studio_timeout_ms` (int, default 4000, range 50...8000): how long a flow's lookup waits for the CRM; keep it below
///   `gateway.studio.timeout_ms`.
/// - `http`: see ``HTTPConnectorSettings``; `dynamics`: see ``DynamicsSettings``; `activities`: see ``ActivitySettings``.
struct ConnectorSettings: Sendable {
    enum Kind: String, CaseIterable, Hashable, Sendable {
        case builtin, http, dynamics
    }

    var kind = Kind.builtin
    var country: Region?
    var lookupTimeout = Duration.milliseconds(1_500)
    var studioTimeout = Duration.milliseconds(4_000)
    var activities = ActivitySettings()
    var http: HTTPConnectorSettings
    var dynamics: DynamicsSettings

    init(_ reader: SettingsReader) {
        kind = reader.choice("connector", default: kind)
        lookupTimeout = reader.duration(
            "lookup_timeout_ms", default: lookupTimeout, in: .milliseconds(50)...(.seconds(10)))
        studioTimeout = reader.duration(
            "studio_timeout_ms", default: studioTimeout, in: .milliseconds(50)...(.seconds(8)))
        http = HTTPConnectorSettings(reader.section("http"), isUsed: kind == .http)
        dynamics = DynamicsSettings(reader.section("dynamics"), isUsed: kind == .dynamics)
        activities = ActivitySettings(reader.section("activities"))
        guard let code = reader.optionalString("country", maxBytes: 2), !code.isEmpty else { return }
        country = try? Region(code)
        if country == nil { reader.reject("country", because: "is no ISO 3166 country code, such as ES") }
    }
}
