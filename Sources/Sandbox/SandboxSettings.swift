import Hosting

/// What the Sandbox reads from the configuration.
///
/// Configuration keys, in the section `sandbox`:
/// - `listen.host` (string, default `127.0.0.1`; loopback only), `listen.port` (int, default 8090, 0 = any free one).
/// - `public_url` (string, default `http://<host>:<port>`): what links in answers begin with.
/// - `seed` (int, default 1, range 0...2^53): makes SIDs and faults; the same seed and inputs make the same run.
/// - `max_connections` (int, default 2048, range 1...65536): connections beyond are closed at once.
/// - `projects.<name>`: see ``SandboxProject``; the names are those of `gateway.projects`, from where `account_sid` and
///   `auth_token` are read.
/// - limits of webhooks: see ``WebhookLimits``.
/// - `dev_login_secret` (secret): with it, `POST /dev/token` hands out tokens to whoever asks; the same as
///   `gateway.auth.jwt_secret`, at least 32 bytes. `dev_login_origins` (list, default the Gateway's usual ones): pages
///   that may ask.
///
/// - `crm_token` (secret): what services bring to the CRM at `/crm/v1/`; without it they are refused.
/// - `panel_url` (string, default where the Gateway listens): origin of the agent's panel, which the CRM's page embeds.
/// - `page_hosts` (list, default none): names besides loopback addresses under which the pages may be opened, through a
///   proxy on this machine.
///
/// - `dataverse`: what stands in for Dynamics, see ``DataverseSettings``.
///
/// From `gateway.listen` it knows where the Gateway's own pages are, for the link on the start page.
struct SandboxSettings: ServiceSettings {
    static let sections = ["sandbox"]

    let host: String
    let port: Int
    /// As written, without a slash at the end; nil means host and port.
    let publicURL: String?
    let seed: UInt64
    let maxConnections: Int
    let projects: [SandboxProject]
    let webhooks: WebhookLimits
    /// Where the Gateway listens on this machine; nil when its port is any free one.
    let gatewayURL: String?
    let crmToken: Secret?
    /// An origin, without a slash at the end; nil when nothing says where the Gateway is.
    let panelURL: String?
    let pageHosts: Set<String>
    let dataverse: DataverseSettings
    /// Nil: off.
    let developmentLogin: DevelopmentLogin?

    init(reader: SettingsReader) {
        let sandbox = reader.section("sandbox")
        let listen = sandbox.section("listen")
        host = listen.string("host", default: "127.0.0.1", maxBytes: 255)
        port = listen.int("port", default: 8090, in: 0...65_535)
        let url = sandbox.optionalString("public_url", maxBytes: 1_024) ?? ""
        publicURL = url.isEmpty ? nil : String(url.hasSuffix("/") ? url.dropLast() : url[...])
        seed = UInt64(sandbox.int("seed", default: 1, in: 0...(1 << 53)))
        maxConnections = sandbox.int("max_connections", default: 2_048, in: 1...65_536)
        let names = sandbox.keyed("projects").map(\.name)
        let accounts = Self.accounts(of: names, reader: reader)
        var projects: [SandboxProject] = []
        for (name, section) in sandbox.keyed("projects") {
            if let account = accounts[name] {
                projects.append(SandboxProject(name: name, reader: section, account: account))
            } else {
                sandbox.section("projects").reject(
                    name, because: "there is no project of this name in gateway.projects.")
            }
        }
        self.projects = projects
        webhooks = WebhookLimits(reader: sandbox)
        gatewayURL = Self.gatewayURL(reader: reader)
        crmToken = sandbox.optionalSecret("crm_token")
        pageHosts = Set(sandbox.strings("page_hosts", default: []))
        dataverse = DataverseSettings(reader: sandbox.section("dataverse"))
        let panel = sandbox.optionalString("panel_url", maxBytes: 1_024) ?? ""
        panelURL = panel.isEmpty ? gatewayURL : String(panel.hasSuffix("/") ? panel.dropLast() : panel[...])
        if !panel.isEmpty, !Self.isOrigin(panelURL ?? "") {
            sandbox.reject("panel_url", because: "it must be http(s)://host, with a port if need be, and nothing else.")
        }
        let secret = sandbox.optionalSecret("dev_login_secret")
        let origins = sandbox.strings(
            "dev_login_origins", default: ["http://127.0.0.1:8080", "http://localhost:8080"])
        let agents = projects.flatMap(\.allAgents)
        developmentLogin = secret.map { DevelopmentLogin(secret: $0, origins: origins, agents: agents) }
        if let secret, secret.reveal().utf8.count < 32 {
            sandbox.reject("dev_login_secret", because: "it must have at least 32 bytes.")
        }
        if host != "localhost", host != "::1", !host.hasPrefix("127.") {
            listen.reject("host", because: "the Sandbox is for its own machine only: 127.0.0.1, ::1 or localhost.")
        }
        if !url.isEmpty, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            sandbox.reject("public_url", because: "it must be http(s)://host.")
        }
        for (index, project) in projects.enumerated()
        where projects[..<index].contains(where: { $0.accountSID == project.accountSID }) {
            sandbox.section("projects").reject(
                project.name, because: "its account is that of another project; a Sandbox tells them apart by it.")
        }
    }

    /// Scheme, host and port, of characters that can stand in a script and in a header.
    private static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return false }
        let host = text.dropFirst(scheme.count)
        return !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
                default: false
                }
            }
    }

    private static func gatewayURL(reader: SettingsReader) -> String? {
        reader.peek { reader in
            let listen = reader.section("gateway").section("listen")
            let host = listen.string("host", default: "127.0.0.1", maxBytes: 255)
            let port = listen.int("port", default: 8080, in: 0...65_535)
            guard port > 0 else { return nil }
            let isEverywhere = ["0.0.0.0", "::", "*"].contains(host)
            return "http://\(isEverywhere ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    /// The accounts and tokens of the Gateway's projects of these names.
    private static func accounts(of names: [String], reader: SettingsReader) -> [String: (sid: String, token: Secret)] {
        reader.peek { reader in
            var accounts: [String: (sid: String, token: Secret)] = [:]
            for (name, section) in reader.section("gateway").keyed("projects") where names.contains(name) {
                accounts[name] = (section.string("account_sid", maxBytes: 64), section.secret("auth_token"))
            }
            return accounts
        }
    }
}
