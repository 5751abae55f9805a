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
        let secret = sandbox.optionalSecret("dev_login_secret")
        let origins = sandbox.strings(
            "dev_login_origins", default: ["http://127.0.0.1:8080", "http://localhost:8080"])
        developmentLogin = secret.map { DevelopmentLogin(secret: $0, origins: origins) }
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
