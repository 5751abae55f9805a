import Glibc

/// The configuration that `patchbay up` makes for a machine without one: two projects, `flex` and `frontline`, played by
/// the Sandbox and kept in step by SyncSvc, with invented accounts and tokens.
///
/// Everything lies in `<state_dir>/dev`, is readable by its owner alone, is made once and then left as it is.
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
    }

    /// Whose token signs what `patchbay trigger` sends.
    static let project = "flex"
    /// Where the Gateway listens.
    static let port = 8080
    /// Where the Sandbox listens.
    static let sandboxPort = 8090
    /// Who works in both projects.
    static let workers = "[ana.ruiz, ben.cole]"
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

    /// Makes what is missing.
    ///
    /// - Returns: Whether anything was made.
    /// - Throws: ``CommandFailure`` when a file cannot be written.
    func prepare() throws -> Bool {
        let files = [configPath] + Self.numbers.keys.map(tokenPath(of:))
        guard files.contains(where: { access($0, F_OK) != 0 }) else { return false }
        try PrivateFile.makeDirectory(directory)
        var random = SystemRandomNumberGenerator()
        let projects = Self.numbers.sorted { $0.key < $1.key }.map { name, number in
            Project(name: name, number: number, using: &random)
        }
        for project in projects {
            try PrivateFile.write(Self.hexadecimal(32, using: &random) + "\n", to: tokenPath(of: project.name))
        }
        try PrivateFile.write(Self.hexadecimal(64, using: &random) + "\n", to: signInSecretPath)
        try PrivateFile.write(yaml(projects), to: configPath)
        return true
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
                  routes_to_flex: \(project.name == Self.project)
                  webhook_base: http://127.0.0.1:\(Self.port)/webhooks/twilio/\(project.name)
                  callback_base: http://127.0.0.1:\(Self.port)
                  extension_lookup_url: http://127.0.0.1:\(Self.port)
            """
        }
        return """
            # Made by 'patchbay up' for trying things out on this machine. Yours to edit; it is not written again.
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
              projects:
            \(accounts.joined(separator: "\n"))

            # Requests go to the Sandbox, never to the provider.
            twilio:
              base_url: http://127.0.0.1:\(Self.sandboxPort)/api/{product}

            # Workers of the directory of extensions, and whose supervisors' Flex tokens count.
            extensions:
              workers:
                project: \(Self.project)
                workspace_sid: \(projects.first { $0.name == Self.project }?.workspaceSID ?? "")

            sync:
              sides:
            \(sides.joined(separator: "\n"))

            sandbox:
              listen:
                host: 127.0.0.1
                port: \(Self.sandboxPort)
              dev_login_secret_file: \(signInSecretPath)
              projects:
            \(played.joined(separator: "\n"))

            """
    }

    private static func hexadecimal(_ count: Int, using random: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in digits[Int.random(in: 0..<16, using: &random)] })
    }
}
