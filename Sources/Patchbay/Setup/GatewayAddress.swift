import Hosting

/// Where the Gateway is and whose webhooks it takes, as its configuration says.
struct GatewayAddress: Sendable {
    struct Project: Sendable {
        let name: String
        let accountSID: String
        let authToken: Secret?
    }

    /// Where it listens, as this machine reaches it.
    let local: String
    /// What providers were given; signatures are made for it.
    let publicURL: String
    let projects: [Project]

    /// Reads the few keys of the section `gateway` that others need to know.
    init(reader: SettingsReader) {
        let gateway = reader.section("gateway")
        let listen = gateway.section("listen")
        let host = listen.string("host", default: "127.0.0.1")
        let port = listen.int("port", default: 8080, in: 0...65_535)
        local = "http://\(Self.reachable(host)):\(port)"
        let url = gateway.optionalString("public_url") ?? ""
        publicURL = url.isEmpty ? local : String(url.hasSuffix("/") ? url.dropLast() : url[...])
        projects = gateway.keyed("projects").map { name, project in
            Project(
                name: name, accountSID: project.string("account_sid", default: ""),
                authToken: project.optionalSecret("auth_token"))
        }
    }

    /// Where the Sandbox listens, as this machine reaches it.
    static func sandbox(reader: SettingsReader) -> String {
        let listen = reader.section("sandbox").section("listen")
        let host = listen.string("host", default: "127.0.0.1")
        return "http://\(reachable(host)):\(listen.int("port", default: 8090, in: 0...65_535))"
    }

    /// An address to connect to, for one to listen on.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0", "": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        }
    }
}
