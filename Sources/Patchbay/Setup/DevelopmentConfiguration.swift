import Glibc

/// The configuration that `patchbay up` makes for a machine without one: two projects, `flex` and `frontline`, played by
/// the Sandbox and kept in step by SyncSvc, with invented accounts and tokens, and a CRM with the agent's panel.
///
/// Everything lies in `<state_dir>/dev` and is readable by its owner alone. A file of an earlier version that nobody has
/// edited is written anew, with the same SIDs and tokens; an edited one is left as it is, and what it lacks is named.
struct DevelopmentConfiguration: Sendable {
    /// One of the two projects, with what the Sandbox plays and SyncSvc must know by its SID.
    struct Project: Sendable {
        let name: String
        let accountSID: String
        let serviceSID: String
        let workspaceSID: String
        let workflowSID: String
        let queueSID: String
        let number: String

        init(name: String, number: String, using random: inout some RandomNumberGenerator) {
            self.name = name
            self.number = number
            accountSID = "AC" + DevelopmentConfiguration.hexadecimal(32, using: &random)
            serviceSID = "IS" + DevelopmentConfiguration.hexadecimal(32, using: &random)
            workspaceSID = "WS" + DevelopmentConfiguration.hexadecimal(32, using: &random)
            workflowSID = "WW" + DevelopmentConfiguration.hexadecimal(32, using: &random)
            queueSID = "WQ" + DevelopmentConfiguration.hexadecimal(32, using: &random)
        }

        /// That of a file that was made before; nil when it lacks one of the SIDs.
        init?(name: String, number: String, in values: [String: String]) {
            self.name = name
            self.number = number
            let played = "sandbox.projects.\(name)."
            guard let account = values["gateway.projects.\(name).account_sid"],
                let service = values[played + "service_sid"], let workspace = values[played + "workspace_sid"],
                let workflow = values[played + "workflow_sid"], let queue = values[played + "queue_sid"]
            else { return nil }
            (accountSID, serviceSID, workspaceSID) = (account, service, workspace)
            (workflowSID, queueSID) = (workflow, queue)
        }
    }

    /// Whose token signs what `patchbay trigger` sends.
    static let project = "flex"
    /// Where the Gateway listens.
    static let port = 8080
    /// Where the Sandbox listens.
    static let sandboxPort = 8090
    /// Who works in both projects.
    static let workers = "[ana.ruiz, ben.cole]"
    /// Counts changes of what is made, so that an earlier file is known.
    static let version = 4

    /// What became of the file.
    enum Outcome: Equatable, Sendable {
        case made
        /// It was of an earlier version; that is kept beside it.
        case renewed(earlier: String)
        case kept
        /// It was edited, and lacks these parts.
        case lacking([String])
    }

    private static let numbers = ["flex": "+14155550100", "frontline": "+14155550200"]

    let directory: String

    init(stateDirectory: String) {
        directory = stateDirectory + "/dev"
    }

    var configPath: String { directory + "/patchbay.yaml" }
    var tokenPath: String { tokenPath(of: Self.project) }

    /// Signs the tokens that the Sandbox hands out and the Gateway checks.
    var signInSecretPath: String { directory + "/sign-in-secret" }

    private func tokenPath(of project: String) -> String { directory + "/\(project)-auth-token" }

    /// What services bring to the Sandbox's CRM.
    var crmTokenPath: String { directory + "/crm-token" }

    /// What the connector brings to the authority of the Sandbox's Dataverse.
    var dataverseSecretPath: String { directory + "/dataverse-secret" }

    /// Makes what is missing, and renews what an earlier version has made.
    ///
    /// - Returns: What became of the configuration file.
    /// - Throws: ``CommandFailure`` when a file cannot be written.
    func prepare() throws -> Outcome {
        try PrivateFile.makeDirectory(directory)
        for name in Self.numbers.keys { try makeSecret(tokenPath(of: name), digits: 32) }
        try makeSecret(signInSecretPath, digits: 64)
        try makeSecret(crmTokenPath, digits: 32)
        try makeSecret(dataverseSecretPath, digits: 32)
        guard access(configPath, F_OK) == 0 else {
            var random = SystemRandomNumberGenerator()
            let projects = Self.numbers.sorted { $0.key < $1.key }.map { name, number in
                Project(name: name, number: number, using: &random)
            }
            try PrivateFile.write(yaml(projects), to: configPath)
            return .made
        }
        let bytes = try PrivateFile.read(configPath, limit: Self.maxBytes)
        return try renew(GeneratedFile(String(decoding: bytes, as: UTF8.self)))
    }

    private func renew(_ file: GeneratedFile) throws -> Outcome {
        guard file.version < Self.version else { return .kept }
        let values = file.values
        let projects = Self.numbers.sorted { $0.key < $1.key }.compactMap { name, number in
            Project(name: name, number: number, in: values)
        }
        guard projects.count == Self.numbers.count else { return .lacking([]) }
        let next = GeneratedFile(yaml(projects))
        guard file.isUntouched(next: next) else { return .lacking(file.parts(missingFrom: next)) }
        let earlier = "\(configPath).\(file.version)"
        try PrivateFile.write(file.text, to: earlier)
        try PrivateFile.write(next.text, to: configPath)
        return .renewed(earlier: earlier)
    }

    /// A configuration file is no longer.
    private static let maxBytes = 1 << 20

    private func makeSecret(_ path: String, digits: Int) throws {
        guard access(path, F_OK) != 0 else { return }
        var random = SystemRandomNumberGenerator()
        try PrivateFile.write(Self.hexadecimal(digits, using: &random) + "\n", to: path)
    }

    func yaml(_ projects: [Project]) -> String {
        let accounts = projects.map { project in
            """
                \(project.name):
                  account_sid: \(project.accountSID)
                  auth_token_file: \(tokenPath(of: project.name))
            """
        }
        let sides = projects.map { project in
            """
                \(project.name):
                  project: \(project.name)
                  service_sid: \(project.serviceSID)
                  workspace_sid: \(project.workspaceSID)
                  workflow_sid: \(project.workflowSID)
                  queue_sid: \(project.queueSID)
                  sms_number: "\(project.number)"
            """
        }
        let played = projects.map { project in
            """
                \(project.name):
                  service_sid: \(project.serviceSID)
                  workspace_sid: \(project.workspaceSID)
                  workflow_sid: \(project.workflowSID)
                  queue_sid: \(project.queueSID)
                  number: "\(project.number)"
                  workers: \(Self.workers)
                  agents:
                    - name: ana.ruiz
                      full_name: Ana Ruiz
                      contact_uri: client:ana.ruiz
                      team: sales
                      entra_object_id: 00000000-0000-4000-8000-0000000000a1
                    - name: ben.cole
                      full_name: Ben Cole
                      contact_uri: client:ben.cole
                      team: support
                      entra_object_id: 00000000-0000-4000-8000-0000000000b2
                  routes_to_flex: \(project.name == Self.project)
                  webhook_base: http://127.0.0.1:\(Self.port)/webhooks/twilio/\(project.name)
                  callback_base: http://127.0.0.1:\(Self.port)
                  extension_lookup_url: http://127.0.0.1:\(Self.port)
            """
        }
        let flex = projects.first { $0.name == Self.project }
        let body = """
            # Every key, with what it means: deploy/config/patchbay.yaml.example
            gateway:
              listen:
                host: 127.0.0.1
                port: \(Self.port)
              public_url: http://127.0.0.1:\(Self.port)
              # Whoever asks the Sandbox for a token gets one: nobody but this machine may reach these two.
              auth:
                jwt_secret_file: \(signInSecretPath)
                development_url: http://127.0.0.1:\(Self.sandboxPort)/dev/token
              # Pages that may frame the agents' panel: the Sandbox's CRM.
              panel:
                origins: [http://127.0.0.1:\(Self.sandboxPort), http://localhost:\(Self.sandboxPort)]
                cif_origins: [http://127.0.0.1:\(Self.sandboxPort)]
              projects:
            \(accounts.joined(separator: "\n"))

            # Requests go to the Sandbox, never to the provider.
            twilio:
              base_url: http://127.0.0.1:\(Self.sandboxPort)/api/{product}

            # Workers of the directory of extensions, and whose supervisors' Flex tokens count.
            extensions:
              workers:
                project: \(Self.project)
                workspace_sid: \(flex?.workspaceSID ?? "")

            # The panel and its calls; contacts are those of the Sandbox's CRM.
            crm:
              project: \(Self.project)
              workspace_sid: \(flex?.workspaceSID ?? "")
              service_sid: \(flex?.serviceSID ?? "")
              teams:
                sales:
                  caller_id: "\(flex?.number ?? "")"
                  country: ES
                  allowed_countries: [ES, PT, FR, IT, DE, GB, IE, US, CA]
                support:
                  caller_id: "\(flex?.number ?? "")"
                  country: US
                  allowed_countries: [US, CA, MX, GB, ES]
              dispositions:
                - queue: "*"
                  required: true
                  codes: [solved=Solved, callback=Call back, "other=Something else*"]
              connector: http
              country: ES
              http:
                base_url: http://127.0.0.1:\(Self.sandboxPort)/crm/v1
                token_file: \(crmTokenPath)
                record_url: http://127.0.0.1:\(Self.sandboxPort)/crm/#contact/{id}
              # The Sandbox's Dataverse, for connector: dynamics.
              dynamics:
                organization: http://127.0.0.1:\(Self.sandboxPort)
                authority: http://127.0.0.1:\(Self.sandboxPort)/entra
                tenant: 00000000-0000-4000-8000-00000000da7a
                client_id: 00000000-0000-4000-8000-0000000c11e7
                client_secret_file: \(dataverseSecretPath)
                app_url: http://127.0.0.1:\(Self.sandboxPort)/dynamics/

            sync:
              sides:
            \(sides.joined(separator: "\n"))

            sandbox:
              listen:
                host: 127.0.0.1
                port: \(Self.sandboxPort)
              dev_login_secret_file: \(signInSecretPath)
              crm_token_file: \(crmTokenPath)
              panel_url: http://127.0.0.1:\(Self.port)
              # Stands in for Dynamics 365; nothing of it is made before somebody asks.
              dataverse:
                client_secret_file: \(dataverseSecretPath)
              projects:
            \(played.joined(separator: "\n"))

            """
        return GeneratedFile.stamped(
            body,
            title: "Made by 'patchbay up' for trying things out here. Yours to edit; an edited file is left alone.",
            version: Self.version)
    }

    private static func hexadecimal(_ count: Int, using random: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in digits[Int.random(in: 0..<16, using: &random)] })
    }
}
