import Events
import Hosting

/// What pages must know before anybody has come in; neither needs a token.
struct PanelInfo: Sendable {
    enum Page: String, Sendable {
        /// How to come in.
        case auth = "/v1/auth"
        /// Whom the panel may talk to.
        case config = "/v1/panel/config"
    }

    private let auth: JSONValue
    private let config: JSONValue

    init(_ settings: GatewaySettings) {
        var auth = JSONObject([("methods", .array(settings.auth.methods.map { .string($0) }))])
        auth["developmentURL"] = settings.auth.developmentURL.map { .string($0) }
        func list(_ origins: [WebOrigin]) -> JSONValue { .array(origins.map { .string($0.text) }) }
        self.auth = .object(auth)
        config = [
            "origins": list(settings.panel.origins),
            "compatibilityOrigins": list(settings.panel.compatibilityOrigins),
            "flexOrigins": list(settings.panel.flexOrigins), "cifOrigins": list(settings.panel.cifOrigins),
            "version": .string(BuildInfo.version),
            "auth": .object(auth),
        ]
    }

    func answer(_ page: Page) -> JSONValue {
        switch page {
        case .auth: auth
        case .config: config
        }
    }
}
