import Hosting
import Testing

@testable import Patchbay

@Suite struct ImportPlanTests {
    @Test("A .env file is read with its quotes, comments, exports and either line end")
    func environmentFile() {
        let text =
            "\u{FEFF}# a comment\r\nA=1\r\nexport B = two words # why\r\n C='it''s'\r\nD=\"q \\\"x\\\" \\\\ #no\" # yes\r\n"
            + "E=\r\nF='single #kept \\n'\r\nA=3\r\nURL=https://h/p#f\r\nnonsense\r\nG=\"open\r\n2X=1"
        let file = EnvironmentFile(text)
        let values = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.key, $0.value) })
        #expect(
            values == [
                "A": "3", "B": "two words", "D": "q \"x\" \\ #no", "E": "", "F": "single #kept \\n",
                "URL": "https://h/p#f",
            ])
        #expect(file.malformedLines == [4, 10, 11, 12])
        #expect(file.entries.first { $0.key == "A" }?.line == 8)
    }

    static let sids = (account: "AC" + String(repeating: "0a", count: 16), hex: String(repeating: "1b", count: 16))

    static let frontline = """
        # these values should come from your Flex project.
        ACCOUNT_SID=\(sids.account)
        AUTH_TOKEN="s3cret # token"
        WORKSPACE_SID=WS\(sids.hex)
        WORKFLOW_SID=WW...
        AVAILABLE_STATUS=Available
        FRONTLINE_AVAILABLE_STATUS=Here
        AUTO_ACCEPT_TASKS=true
        SMS_NUMBER="+1 (415) 555-0100"
        CHAT_SERVICE_SID=IS\(sids.hex)
        FLEX_CHAT_DEFAULT_WEBHOOK="https://webhooks.example.com/v1/Accounts/AC/Proxy/KS?x=1&y=2"
        FRONTLINE_ACCOUNT_SID=AC\(sids.hex)
        FRONTLINE_AUTH_TOKEN=other-secret
        CONERSATION_SERVICE_SID=IS\(sids.hex)
        FRONTLINE_WHATSAPP_NUMBER=whatsapp:+14155550101
        NOTIFICATION_TIMEOUT_MINUTES=0.5
        DISABLE_FRONTLINE_TRANSFER=maybe
        MY_OWN=1
        """

    static func plan(_ text: String, _ source: ImportSource = .flexFrontline) -> ImportPlan {
        ImportPlan(EnvironmentFile(text), from: source, secretDirectory: "/etc/patchbay")
    }

    @Test("The Frontline sample becomes sections, with the misspelt key and half a minute")
    func flexFrontline() {
        let plan = Self.plan(Self.frontline)
        #expect(plan.unknown == ["MY_OWN"])
        #expect(plan.unset == ["WORKFLOW_SID"])
        #expect(plan.problems == ["line 17: DISABLE_FRONTLINE_TRANSFER is neither true nor false"])
        #expect(plan.secrets.map(\.name) == ["projects-flex-auth-token", "projects-frontline-auth-token"])
        #expect(plan.secrets.map(\.text) == ["s3cret # token", "other-secret"])
        let yaml = plan.yaml
        for line in [
            "    flex:\n      account_sid: \(Self.sids.account)\n",
            "      auth_token_file: /etc/patchbay/projects-flex-auth-token\n",
            "      aliases: [/taskrouter-handler, /frontline-to-chat]\n", "      service_sid: IS\(Self.sids.hex)\n",
            "      sms_number: \"+14155550100\"\n", "      whatsapp_number: \"whatsapp:+14155550101\"\n",
            "    nudge_interval_seconds: 30\n", "    auto_accept: true\n", "    activities: [\"Available=Here\"]\n",
            "      url: \"https://webhooks.example.com/v1/Accounts/AC/Proxy/KS?x=1&y=2\"\n", "      dialect: chat\n",
        ] {
            #expect(yaml.contains(line), "\(line)in\n\(yaml)")
        }
        #expect(!yaml.contains("s3cret") && !yaml.contains("other-secret"))
    }

    @Test("What is written is what the settings reader reads")
    func isReadable() throws {
        let source = try SettingsSource(yaml: Self.plan(Self.frontline).yaml)
        let values = try source.peek { reader in
            let flex = reader.section("sync").section("sides").section("flex")
            return [
                flex.string("sms_number", default: ""), flex.string("dialect", default: ""),
                reader.section("sync").section("relay").section("flex").string("url", default: ""),
                String(reader.section("sync").section("agents").int("nudge_interval_seconds", default: 0, in: 0...99)),
                reader.section("gateway").keyed("projects").map(\.name).joined(separator: " "),
            ]
        }
        #expect(
            values == [
                "+14155550100", "chat", "https://webhooks.example.com/v1/Accounts/AC/Proxy/KS?x=1&y=2", "30",
                "flex frontline",
            ])
    }

    @Test("An address with a user and password in it is refused without being repeated")
    func credentialsInAddress() {
        let plan = Self.plan("FLEX_CHAT_DEFAULT_WEBHOOK=https://me:hunter2@example.com/hook")
        #expect(
            plan.problems == [
                "line 1: FLEX_CHAT_DEFAULT_WEBHOOK has a user or password in it, which no configuration file may hold"
            ])
        #expect(!plan.yaml.contains("hunter2"))
    }

    @Test("The other samples' keys that nothing reads yet are comments, and retired ones are named with the reason")
    func others() {
        let extensions = Self.plan(
            "FLEX_SYNC_SERVICE_SID=IS\(Self.sids.hex)\nTWILIO_ACCOUNT_SID=\(Self.sids.account)\nTWILIO_AUTH_TOKEN=\n"
                + "TWILIO_SERVICE_RETRY_LIMIT=5\nTWILIO_ASSET_NAME=/extensions.json", .didExtensions)
        #expect(extensions.yaml.contains("\n#extensions:\n#  import:\n#    sync_service_sid: IS"))
        #expect(extensions.unset == ["TWILIO_AUTH_TOKEN"])
        #expect(extensions.obsolete.map(\.name) == ["TWILIO_SERVICE_RETRY_LIMIT"])
        #expect(extensions.unknown.isEmpty && extensions.problems.isEmpty)
        let dynamics = Self.plan(
            "DYNAMICS_PASSWORD=hunter2\nDYNAMICS_HOST=https://my-org.crm.dynamics.com\nACCOUNT_SID=AC1", .dynamicsCIF)
        #expect(dynamics.yaml.contains("\n    organization: \"https://my-org.crm.dynamics.com\""))
        #expect(dynamics.yaml.contains("\n    cif_origins: [\"https://my-org.crm.dynamics.com\"]"))
        #expect(dynamics.yaml.contains("\n  connector: dynamics") || dynamics.yaml.contains("connector: \"dynamics\""))
        #expect(!dynamics.yaml.contains("hunter2"))
        #expect(dynamics.obsolete.first?.reason.contains("hunter2") == false)
        #expect(dynamics.problems == ["line 3: ACCOUNT_SID is no SID: AC and 32 hexadecimal digits"])
    }
}
