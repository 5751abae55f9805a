import Testing

@testable import Hosting

@Suite struct SettingsErrorTests {
    /// Reads the section `broker` as a small service would.
    static func errors(
        yaml: String = "", environment: [String: String] = [:], flags: [String] = []
    ) -> [SettingsError] {
        do {
            let source = try SettingsSource(yaml: yaml, environment: environment, flags: flags)
            _ = try source.read(sections: ["broker"]) { reader in
                let broker = reader.section("broker")
                _ = broker.int("max_event_bytes", default: 1_024, in: 1...2_048)
                _ = broker.bool("strict", default: true)
                _ = broker.duration("ack_wait_ms", default: .seconds(30), in: .milliseconds(100)...(.seconds(60)))
                _ = broker.strings("uids")
                _ = broker.optionalSecret("token")
                _ = broker.choice("mode", default: Mode.fast)
            }
            return []
        } catch {
            return error.errors
        }
    }

    enum Mode: String, CaseIterable {
        case fast, safe
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var yaml = ""
        var environment: [String: String] = [:]
        var flags: [String] = []
        let code: String
        let text: String

        var testDescription: String { text }
    }

    static let cases = [
        Case(
            yaml: "broker:\n  strict: true\n  max_event_byte: 3\n", code: "settings.unknown_key",
            text: "patchbay.yaml:3: unknown key 'broker.max_event_byte'. Did you mean 'broker.max_event_bytes'?"),
        Case(
            yaml: "broker:\n  nothing_like_it: 3\n", code: "settings.unknown_key",
            text: "patchbay.yaml:2: unknown key 'broker.nothing_like_it'."),
        Case(
            environment: ["PATCHBAY_BROKER_STRICTT": "1"], code: "settings.unknown_key",
            text: "$PATCHBAY_BROKER_STRICTT: unknown key 'PATCHBAY_BROKER_STRICTT'. "
                + "Did you mean 'PATCHBAY_BROKER_STRICT'?"),
        Case(
            flags: ["broker.stric=true"], code: "settings.unknown_key",
            text: "--set: unknown key 'broker.stric'. Did you mean 'broker.strict'?"),
        Case(
            yaml: "broker:\n  strict: maybe\n", code: "settings.wrong_type",
            text: "patchbay.yaml:2: 'broker.strict' must be true or false, found 'maybe'."),
        Case(
            environment: ["PATCHBAY_BROKER_MAX_EVENT_BYTES": "many"], code: "settings.wrong_type",
            text: "$PATCHBAY_BROKER_MAX_EVENT_BYTES: 'broker.max_event_bytes' must be a whole number, found 'many'."),
        Case(
            yaml: "broker:\n  max_event_bytes: [1]\n", code: "settings.wrong_type",
            text: "patchbay.yaml:2: 'broker.max_event_bytes' must be a single value, found a list."),
        Case(
            yaml: "broker:\n  uids: 7\n", code: "settings.wrong_type",
            text: "patchbay.yaml:2: 'broker.uids' must be a list, found '7'."),
        Case(
            yaml: "broker: 7\n", code: "settings.wrong_type",
            text: "patchbay.yaml:1: 'broker' must be a section, found a single value."),
        Case(
            yaml: "broker:\n  mode: slow\n", code: "settings.wrong_type",
            text: "patchbay.yaml:2: 'broker.mode' must be one of fast, safe, found 'slow'."),
        Case(
            yaml: "broker:\n  max_event_bytes: 4096\n", code: "settings.out_of_range",
            text: "patchbay.yaml:2: 'broker.max_event_bytes' is 4096; allowed is 1…2048."),
        Case(
            flags: ["broker.ack_wait_ms=5"], code: "settings.out_of_range",
            text: "--set: 'broker.ack_wait_ms' is 5; allowed is 100…60000 milliseconds."),
        Case(
            yaml: "broker:\n  ack_wait_ms: 99999999999999999999\n", code: "settings.wrong_type",
            text: "patchbay.yaml:2: 'broker.ack_wait_ms' must be a whole number of milliseconds, "
                + "found '99999999999999999999'."),
        Case(
            yaml: "broker:\n  token: hunter2\n", code: "settings.secret_in_file",
            text: "patchbay.yaml:2: 'broker.token' is a secret and may not stand in the file. Use "
                + "$PATCHBAY_BROKER_TOKEN, 'broker.token_file: /path' or a systemd credential named 'broker.token'."),
        Case(
            flags: ["broker.token=hunter2"], code: "settings.secret_on_command_line",
            text: "--set: 'broker.token' is a secret and may not stand on the command line, where every user can read "
                + "it. Use $PATCHBAY_BROKER_TOKEN, 'broker.token_file' or a systemd credential named 'broker.token'."),
        Case(
            environment: ["PATCHBAY_BROKER_TOKEN": ""], code: "settings.empty_secret",
            text: "$PATCHBAY_BROKER_TOKEN: the secret 'broker.token' is empty."),
        Case(
            yaml: "broker:\n  token_file: /nowhere/token\n", code: "settings.unreadable_file",
            text: "patchbay.yaml:2: cannot read 'broker.token' from /nowhere/token: No such file or directory."),
        Case(
            flags: ["broker.strict"], code: "settings.malformed_flag",
            text: "--set: 'broker.strict' is not of the form section.key=value."),
    ]

    @Test("Each kind of mistake is named with key, value, range and origin", arguments: cases)
    func messages(_ each: Case) {
        let errors = Self.errors(yaml: each.yaml, environment: each.environment, flags: each.flags)
        #expect(errors.map(\.code) == [each.code])
        #expect(errors.map(\.description) == [each.text])
    }

    @Test("An unknown section is named together with those there are")
    func unknownSection() throws {
        let error = try #require(Self.errors(yaml: "# first\nbrokr:\n  a: 1\n").first)
        #expect(error.code == "settings.unknown_section")
        #expect(error.description.hasPrefix("patchbay.yaml:3: unknown section 'brokr'. Known ones: run_dir,"))
    }

    @Test(
        "A file that is not YAML is refused with its line, and without quoting it",
        arguments: ["broker: {a: hunter2\n", "broker:\n\ta: hunter2\n", "broker:\n  a: 1\n  a: hunter2\n"])
    func malformedFile(_ yaml: String) throws {
        let error = try #require(Self.errors(yaml: yaml).first)
        #expect(error.code == "settings.malformed_file")
        #expect(!error.description.contains("hunter2"))
        #expect(error.description.hasPrefix("patchbay.yaml:"))
    }

    @Test("A file that is not there is named")
    func missingFile() {
        #expect {
            try SettingsSource(path: "/nowhere/patchbay.yaml", environment: [:])
        } throws: {
            "\($0)" == "Cannot read /nowhere/patchbay.yaml: No such file or directory."
        }
    }

    @Test("A required key that is missing says how to set it")
    func missing() throws {
        let source = try SettingsSource(yaml: "")
        #expect {
            try source.read(sections: ["crm"]) { _ = $0.section("crm").string("base_url") }
        } throws: {
            "\($0)" == "'crm.base_url' is required and is not set. Set it in the file or as $PATCHBAY_CRM_BASE_URL."
        }
    }

    @Test("A rule of the service itself is printed with the value and where it came from")
    func ownRule() throws {
        let source = try SettingsSource(yaml: "crm:\n  base_url: ftp://x\n")
        #expect {
            try source.read(sections: ["crm"]) { reader in
                let crm = reader.section("crm")
                _ = crm.string("base_url")
                crm.reject("base_url", because: "it must start with https://.")
            }
        } throws: {
            "\($0)" == "patchbay.yaml:2: 'crm.base_url' is 'ftp://x': it must start with https://."
        }
    }

    @Test("All mistakes are reported at once")
    func allAtOnce() {
        let errors = Self.errors(
            yaml: "broker:\n  strict: maybe\n  max_event_bytes: 0\n  extra: 1\nnowhere: {}\n",
            environment: ["PATCHBAY_BROKER_ACK_WAIT_MS": "1"])
        #expect(
            errors.map(\.code).sorted() == [
                "settings.out_of_range", "settings.out_of_range", "settings.unknown_key", "settings.unknown_section",
                "settings.wrong_type",
            ])
    }
}
