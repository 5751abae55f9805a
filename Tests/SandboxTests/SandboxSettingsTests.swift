import Hosting
import Testing

@testable import Sandbox

@Suite struct SandboxSettingsTests {
    private let accounts = """
        gateway:
          listen: {port: 1}
          projects:
            flex: {account_sid: AC11111111111111111111111111111111}
            other: {account_sid: AC11111111111111111111111111111111}

        """
    private let environment = [
        "PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN": "a", "PATCHBAY_GATEWAY_PROJECTS_OTHER_AUTH_TOKEN": "b",
    ]

    private func read(_ yaml: String) throws -> SandboxSettings {
        try SettingsSource(yaml: accounts + yaml, environment: environment)
            .read(sections: SandboxSettings.sections, SandboxSettings.init(reader:)).value
    }

    @Test("A project takes its account from the Gateway's of the same name, and the usual rest")
    func project() throws {
        let settings = try read("sandbox:\n  projects:\n    flex: {webhook_base: \"http://bus/x/\", workers: [ana]}\n")
        let project = try #require(settings.projects.first)
        #expect(project.accountSID == "AC11111111111111111111111111111111" && project.authToken.reveal() == "a")
        #expect(
            project.webhookBase == "http://bus/x" && project.workers == ["ana"] && project.dialect == .conversations)
        #expect(project.activities.map(\.name) == ["Offline", "Available", "Unavailable", "Break"])
        #expect(settings.port == 8090)
    }

    @Test("Agents have attributes, the panel's origin comes from the Gateway's address unless it is said")
    func agents() throws {
        let yaml = """
            sandbox:
              page_hosts: [crm.test]
              projects:
                flex:
                  workers: [ana, ben]
                  agents:
                    - name: ana
                      full_name: Ana Ruiz
                      contact_uri: sip:ana@desk.example
                      team: sales
            """
        let settings = try read(yaml)
        let agents = try #require(settings.projects.first).allAgents
        #expect(agents.map(\.name) == ["ana", "ben"] && agents.map(\.team) == ["sales", nil])
        #expect(settings.panelURL == "http://127.0.0.1:1" && settings.pageHosts == ["crm.test"])
        #expect(try read("sandbox:\n  panel_url: https://patchbay.test/\n").panelURL == "https://patchbay.test")
    }

    @Test(
        "What cannot be is refused",
        arguments: [
            "sandbox:\n  projects:\n    unknown: {number: \"+1\"}\n", "sandbox:\n  public_url: ftp://x\n",
            "sandbox:\n  projects:\n    flex: {service_sid: IS1}\n",
            "sandbox:\n  projects:\n    flex: {number: \"+1\"}\n    other: {number: \"+1\"}\n",
            "sandbox:\n  unknown: 1\n", "sandbox:\n  panel_url: \"https://x\\\"; alert(1)\"\n",
            "sandbox:\n  panel_url: https://host/path\n",
        ])
    func refused(yaml: String) {
        #expect(throws: SettingsErrors.self) { try read(yaml) }
    }
}
