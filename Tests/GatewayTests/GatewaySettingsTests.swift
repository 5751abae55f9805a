import Hosting
import Testing
import Twilio

@testable import Gateway

@Suite("Settings of the Gateway")
struct GatewaySettingsTests {
    static let account = "AC" + String(repeating: "1", count: 32)
    static let environment = [
        "PATCHBAY_GATEWAY_PROJECTS_A_AUTH_TOKEN": "secret-a", "PATCHBAY_GATEWAY_PROJECTS_B_AUTH_TOKEN": "secret-b",
    ]

    private func read(_ yaml: String, environment: [String: String] = environment) throws(SettingsErrors)
        -> GatewaySettings
    {
        try SettingsSource(yaml: yaml, environment: environment)
            .read(sections: GatewaySettings.sections, GatewaySettings.init(reader:)).value
    }

    @Test("An empty configuration is a Gateway without projects on the loopback interface")
    func defaultsAreComplete() throws {
        let settings = try read("", environment: [:])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.projects.isEmpty)
        #expect(!settings.isMetricsPublic)
        #expect(settings.limits.form.maxBodyBytes == 262_144)
        #expect(settings.limits.form.maxParameters == 1_000)
        #expect(settings.limits.publishTimeout == .seconds(3))
    }

    @Test("A project has a name, an account, one or two tokens and all aliases unless told otherwise")
    func projectIsRead() throws {
        let yaml = """
            gateway:
              public_url: https://bus.example.com/
              projects:
                a:
                  account_sid: \(Self.account)
                b:
                  account_sid: \(Self.account.replacing("1", with: "2"))
                  aliases: [/chat-to-frontline]
            """
        var environment = Self.environment
        environment["PATCHBAY_GATEWAY_PROJECTS_B_AUTH_TOKEN_SECONDARY"] = "secret-c"
        let settings = try read(yaml, environment: environment)
        #expect(settings.projects.map(\.name) == ["a", "b"])
        #expect(settings.projects.map(\.authTokens.count) == [1, 2])
        #expect(settings.projects.map(\.aliases) == [Set(WebhookAlias.allCases), [.chatToFrontline]])
        #expect(settings.publicURLText == "https://bus.example.com")
        #expect(!"\(settings)".contains("secret-"))
    }

    static let wrong: [(String, String, String)] = [
        ("gateway: {max_body_byte: 1}", "gateway.max_body_byte", "settings.unknown_key"),
        ("gateway: {max_body_bytes: 1}", "gateway.max_body_bytes", "settings.out_of_range"),
        ("gateway: {max_connections: many}", "gateway.max_connections", "settings.wrong_type"),
        ("gateway: {listen: {port: 70000}}", "gateway.listen.port", "settings.out_of_range"),
        ("gateway: {public_url: bus.example.com}", "gateway.public_url", "settings.invalid"),
        ("gateway: {public_url: 'https://bus.example.com?a'}", "gateway.public_url", "settings.invalid"),
        ("gateway: {projects: {a: {account_sid: \(account)}}}", "gateway.public_url", "settings.invalid"),
        (
            "gateway: {public_url: 'https://b.example', projects: {a: {account_sid: AC1}}}",
            "gateway.projects.a.account_sid", "settings.invalid"
        ),
        (
            "gateway: {public_url: 'https://b.example', projects: {a: {}}}", "gateway.projects.a.account_sid",
            "settings.missing"
        ),
        (
            "gateway: {public_url: 'https://b.example', projects: {c: {account_sid: \(account)}}}",
            "gateway.projects.c.auth_token", "settings.missing"
        ),
        (
            "gateway: {public_url: 'https://b.example', projects: {a: {account_sid: \(account), auth_token: x}}}",
            "gateway.projects.a.auth_token", "settings.secret_in_file"
        ),
        (
            "gateway: {public_url: 'https://b.example', projects: {a: {account_sid: \(account), aliases: [/x]}}}",
            "gateway.projects.a.aliases", "settings.invalid"
        ),
        (
            "gateway: {public_url: 'https://b.example', projects: {a: {account_sid: \(account)}, "
                + "b: {account_sid: \(account)}}}", "gateway.projects.b.aliases", "settings.invalid"
        ),
        (
            "gateway: {public_url: 'https://b.example', projects: {'a b': {account_sid: \(account)}}}",
            "gateway.projects.a b", "settings.invalid"
        ),
    ]

    @Test("What is wrong is named by its key", arguments: wrong)
    func mistakesAreNamed(_ yaml: String, _ key: String, _ code: String) throws {
        let errors = #expect(throws: SettingsErrors.self) { try read(yaml) }
        #expect(errors?.errors.contains { $0.key == key && $0.code == code } == true, "\(errors?.description ?? "")")
    }
}
