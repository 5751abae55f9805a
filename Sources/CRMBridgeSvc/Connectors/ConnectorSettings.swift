import Hosting
import Phone

/// Which CRM, and how it is reached.
///
/// Configuration keys, in the section `crm`:
/// - `connector` (`builtin` or `http`, default builtin): contacts in the Broker's maps, or a CRM with a REST interface.
/// - `country` (ISO 3166, default none): whose rules complete numbers without a country code in contacts that are made
///   or imported.
/// - `lookup_timeout_ms` (int, default 1500, range 50...10000): how long a screen pop waits for the CRM.
/// - `http`: see ``HTTPConnectorSettings``; `activities`: see ``ActivitySettings``.
struct ConnectorSettings: Sendable {
    enum Kind: String, CaseIterable, Hashable, Sendable {
        case builtin, http
    }

    var kind = Kind.builtin
    var country: Region?
    var lookupTimeout = Duration.milliseconds(1_500)
    var activities = ActivitySettings()
    var http: HTTPConnectorSettings

    init(_ reader: SettingsReader) {
        kind = reader.choice("connector", default: kind)
        lookupTimeout = reader.duration(
            "lookup_timeout_ms", default: lookupTimeout, in: .milliseconds(50)...(.seconds(10)))
        http = HTTPConnectorSettings(reader.section("http"), isUsed: kind == .http)
        activities = ActivitySettings(reader.section("activities"))
        guard let code = reader.optionalString("country", maxBytes: 2), !code.isEmpty else { return }
        country = try? Region(code)
        if country == nil { reader.reject("country", because: "is no ISO 3166 country code, such as ES") }
    }
}
