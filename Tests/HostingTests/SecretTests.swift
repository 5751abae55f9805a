import Testing

@testable import Hosting

@Suite struct SecretTests {
    static let text = "hunter2-very-secret"

    struct Printed {
        let inner: Secret
    }

    @Test("A secret prints as <redacted> in every way Swift prints things")
    func printing() {
        let secret = Secret(Self.text)
        var dumped = ""
        dump(Printed(inner: secret), to: &dumped)
        let all = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(Printed(inner: secret))",
            String(reflecting: [secret]), dumped,
        ]
        for printed in all {
            #expect(!printed.contains("hunter2"), "\(printed)")
        }
        #expect("\(secret)" == "<redacted>")
        #expect(secret.reveal() == Self.text)
    }

    static func read(_ source: SettingsSource) throws -> (Secret?, [EffectiveSetting]) {
        let (value, effective) = try source.read(sections: ["gateway"]) { reader in
            reader.section("gateway").keyed("projects").first?.reader.optionalSecret("auth_token")
        }
        return (value, effective)
    }

    enum Place: CaseIterable {
        case environment, fileInFile, fileInEnvironment, fileInFlag, credential
    }

    @Test("A secret is taken from the environment, a file or a systemd credential", arguments: Place.allCases)
    func places(_ place: Place) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("gateway.projects.flex.auth_token", Self.text + "\n")
        var yaml = "gateway:\n  projects:\n    flex:\n"
        var environment: [String: String] = [:]
        var flags: [String] = []
        switch place {
        case .environment: environment["PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN"] = Self.text
        case .fileInFile: yaml += "      auth_token_file: \(file)\n"
        case .fileInEnvironment: environment["PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN_FILE"] = file
        case .fileInFlag: flags = ["gateway.projects.flex.auth_token_file=\(file)"]
        case .credential: environment["CREDENTIALS_DIRECTORY"] = directory.path
        }
        let (secret, effective) = try Self.read(SettingsSource(yaml: yaml, environment: environment, flags: flags))
        #expect(secret?.reveal() == Self.text)
        #expect(!effective.map(\.description).joined().contains("hunter2"))
        let shown = effective.first { $0.key == "gateway.projects.flex.auth_token" }
        #expect(shown?.value == Secret.redacted)
        #expect(shown?.isSecret == true)
    }

    @Test("No error about a secret shows it", arguments: ["gateway", "gateway.projects.flex"])
    func errors(_ section: String) throws {
        let source = try SettingsSource(
            yaml: "gateway: {auth_token: \(Self.text), projects: {flex: {auth_token: \(Self.text)}}}",
            flags: ["\(section).auth_token=\(Self.text)"])
        do {
            _ = try source.read(sections: ["gateway"]) { reader in
                let gateway = reader.section("gateway")
                _ = gateway.secret("auth_token")
                gateway.reject("auth_token", because: "it is too short.")
                _ = gateway.keyed("projects").map { $0.reader.secret("auth_token") }
            }
            Issue.record("should have thrown")
        } catch {
            #expect(!"\(error)".contains("hunter2"))
            #expect(!String(reflecting: error).contains("hunter2"))
        }
    }

    @Test("A required secret that is missing is one error")
    func missing() throws {
        let source = try SettingsSource(yaml: "")
        do {
            _ = try source.read(sections: ["crm"]) { $0.section("crm").secret("client_secret") }
            Issue.record("should have thrown")
        } catch {
            #expect(error.errors.map(\.code) == ["settings.missing"])
        }
    }
}
