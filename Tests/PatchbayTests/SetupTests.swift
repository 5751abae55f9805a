import ArgumentParser
import Bus
import Events
import FoundationEssentials
import Hosting
import Testing
import Wire

@testable import Patchbay

@Suite struct SetupTests {
    /// A directory that is gone after the test.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path())
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("What 'up' makes is private, complete, made once and readable as configuration")
    func development() throws {
        try withDirectory { directory in
            let made = DevelopmentConfiguration(stateDirectory: directory)
            #expect(try made.prepare() == .made)
            #expect(try mode(made.configPath) == 0o600)
            #expect(try mode(made.tokenPath) == 0o600)
            #expect(try mode(made.directory) == 0o700)
            let source = try SettingsSource(path: made.configPath, environment: [:])
            let gateway = try source.peek(GatewayAddress.init(reader:))
            #expect(gateway.local == "http://127.0.0.1:8080")
            #expect(gateway.publicURL == "http://127.0.0.1:8080")
            #expect(gateway.projects.map(\.name) == ["flex", "frontline"])
            #expect(Set(gateway.projects.map(\.accountSID)).count == 2)
            #expect(try source.peek(GatewayAddress.sandbox(reader:)) == "http://127.0.0.1:8090")
            let project = try #require(gateway.projects.first)
            #expect((try? AccountSID(project.accountSID)) != nil)
            #expect(project.authToken?.reveal().utf8.count == 32)
            #expect(try made.prepare() == .kept)
            let again = try SettingsSource(path: made.configPath, environment: [:]).peek(GatewayAddress.init(reader:))
            #expect(again.projects.first?.authToken == project.authToken)
        }
    }

    @Test(
        "The Gateway is reached where it listens",
        arguments: [
            ("0.0.0.0", "http://127.0.0.1:8080"), ("::", "http://[::1]:8080"), ("::1", "http://[::1]:8080"),
            ("10.0.0.5", "http://10.0.0.5:8080"),
        ])
    func address(host: String, expected: String) throws {
        let yaml = "gateway:\n  listen:\n    host: \"\(host)\"\n  public_url: https://bus.example.com/\n"
        let gateway = try SettingsSource(yaml: yaml).peek(GatewayAddress.init(reader:))
        #expect(gateway.local == expected)
        #expect(gateway.publicURL == "https://bus.example.com")
    }

    @Test("Keys of others are left alone, wrong values of ours are named")
    func peek() throws {
        _ = try SettingsSource(yaml: "gateway:\n  max_body_bytes: 5\n").peek(GatewayAddress.init(reader:))
        #expect(throws: SettingsErrors.self) {
            try SettingsSource(yaml: "gateway:\n  listen:\n    port: 99999\n").peek(GatewayAddress.init(reader:))
        }
    }

    @Test("The last trigger can be read back, and its absence is said")
    func lastTrigger() throws {
        try withDirectory { directory in
            let store = LastTrigger(stateDirectory: directory)
            #expect(throws: CommandFailure.self) { try store.load() }
            let plan = TriggerPlan(event: "task.reserved", family: nil, project: "flex", seed: .max, count: 2, time: 5)
            try store.save(plan)
            #expect(try store.load() == plan)
        }
    }

    @Test("An audit record says who, what and how")
    func audit() throws {
        let event = try AuditEvent.unmasked(command: "tap", topics: ["task.>"], from: "2h")
        #expect(event.topic.name == "sys.audit")
        #expect(event.data.json?["action"]?.string == "unmask")
        #expect(event.data.json?["topics"]?[0]?.string == "task.>")
        #expect(event.data.json?["user"]?.string?.isEmpty == false)
        try TopicCatalogue.validate(event)
    }

    @Test("A failure knows its exit code")
    func exitCodes() {
        #expect(CommandFailure("x").code == 1)
        #expect(CommandFailure(SettingsErrors([])).code == 78)
        #expect(CommandFailure(BusError.notConnected(lastError: nil)).code == 69)
        #expect(CommandFailure(BusError.timedOut).code == 75)
        let forbidden = Failure(code: "session.forbidden", message: "no", retryable: false)
        #expect(CommandFailure(BusError.rejected(forbidden)).code == 77)
        #expect(CommandFailure(CommandFailure("x", .data)).code == 65)
    }

    @Test(
        "A group is configured by the options",
        arguments: [
            (["--group", "g", "--exec", "x"], GroupConfig.DeliverPolicy.all),
            (["--group", "g", "--exec", "x", "--from", "new"], .new),
            (["--group", "g", "--exec", "x", "--from", "offset:7"], .byOffset),
            (["--group", "g", "--exec", "x", "--from", "2h"], .byTime),
        ])
    func groups(arguments: [String], policy: GroupConfig.DeliverPolicy) throws {
        let command = try ConsumeCommand.parse(arguments)
        let config = try command.groupOptions.config(now: 10_000_000_000_000)
        #expect(config.deliverPolicy == policy)
        #expect(config.filters == [">"])
        #expect(config.backoffMs == [1_000, 5_000, 30_000])
        #expect(config.problem() == nil)
    }

    @Test(
        "A group's option out of range is refused",
        arguments: [
            ["--from", "last:3"], ["--ack-wait", "5"], ["--backoff", "1,x"], ["--on-exhausted", "hope"],
            ["--on-floor", "pray"], ["--filter", "a..b"], ["--max-deliver", "0"],
        ])
    func badGroups(arguments: [String]) throws {
        let command = try ConsumeCommand.parse(["--group", "g", "--exec", "x"] + arguments)
        #expect(throws: CommandFailure.self) { try command.groupOptions.config(now: 0) }
    }

    @Test("Every command has a summary, and those with arguments an example")
    func help() {
        for command in PatchbayCommand.configuration.subcommands {
            #expect(!command.configuration.abstract.isEmpty)
        }
        for text in [TapCommand.helpMessage(), ConsumeCommand.helpMessage(), TriggerCommand.helpMessage()] {
            #expect(text.contains("patchbay "))
        }
    }
}
