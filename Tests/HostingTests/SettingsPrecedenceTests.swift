import Testing

@testable import Hosting

@Suite struct SettingsPrecedenceTests {
    static let variable = "PATCHBAY_BROKER_MAX_EVENT_BYTES"

    struct Case: Sendable, CustomTestStringConvertible {
        let flag, environment, file: Bool
        let expected: Int
        let origin: SettingOrigin

        var testDescription: String {
            "flag \(flag), environment \(environment), file \(file): \(expected)"
        }
    }

    static let cases: [Case] = [true, false].flatMap { flag in
        [true, false].flatMap { environment in
            [true, false].map { file in
                if flag { return Case(flag: true, environment: environment, file: file, expected: 1, origin: .flag) }
                if environment {
                    let origin = SettingOrigin.environment(variable: variable)
                    return Case(flag: false, environment: true, file: file, expected: 2, origin: origin)
                }
                return Case(
                    flag: false, environment: false, file: file, expected: file ? 3 : 4,
                    origin: file ? .file(path: "patchbay.yaml", line: 2) : .defaultValue)
            }
        }
    }

    @Test("A flag is over the environment, that over the file, that over the default", arguments: cases)
    func precedence(_ each: Case) throws {
        let source = try SettingsSource(
            yaml: each.file ? "broker:\n  max_event_bytes: 3\n" : "",
            environment: each.environment ? [Self.variable: "2"] : [:],
            flags: each.flag ? ["broker.max_event_bytes=1"] : [])
        let (value, effective) = try source.read(sections: ["broker"]) { reader in
            reader.section("broker").int("max_event_bytes", default: 4, in: 1...100)
        }
        #expect(value == each.expected)
        #expect(effective.map(\.origin) == [each.origin])
        #expect(effective.map(\.value) == [String(each.expected)])
    }

    @Test("The last of several flags for a key wins")
    func lastFlag() throws {
        let source = try SettingsSource(yaml: "", flags: ["broker.a=1", "broker.a=2"])
        let value = try source.read(sections: ["broker"]) { $0.section("broker").int("a", default: 0, in: 0...9) }.value
        #expect(value == 2)
    }

    @Test("Every type is read from the file and from the environment alike")
    func types() throws {
        struct Values: Equatable {
            var int = 0, double = 0.0, bool = false, duration = Duration.zero, text = "", list: [String] = []
        }
        func read(_ source: SettingsSource) throws -> Values {
            let result = try source.read(sections: ["sync"]) { reader in
                let sync = reader.section("sync")
                return Values(
                    int: sync.int("count", default: 0, in: 0...2_000_000),
                    double: sync.double("share", default: 0, in: 0...1),
                    bool: sync.bool("enabled", default: false),
                    duration: sync.duration("wait_ms", default: .zero, in: .zero...(.seconds(60))),
                    text: sync.string("name"), list: sync.strings("topics"))
            }
            return result.value
        }
        let file = """
            sync:
              count: 1_048_576
              share: 0.5
              enabled: true
              wait_ms: 1500
              name: "a: b"
              topics: [task.created, message.added]
            """
        let environment = [
            "PATCHBAY_SYNC_COUNT": "1048576", "PATCHBAY_SYNC_SHARE": "0.5", "PATCHBAY_SYNC_ENABLED": "true",
            "PATCHBAY_SYNC_WAIT_MS": "1500", "PATCHBAY_SYNC_NAME": "a: b",
            "PATCHBAY_SYNC_TOPICS": "task.created, message.added",
        ]
        let expected = Values(
            int: 1_048_576, double: 0.5, bool: true, duration: .milliseconds(1500), text: "a: b",
            list: ["task.created", "message.added"])
        #expect(try read(SettingsSource(yaml: file)) == expected)
        #expect(try read(SettingsSource(yaml: "", environment: environment)) == expected)
    }

    @Test("Durations take the unit their key ends in")
    func durationUnits() throws {
        let yaml = "broker: {a_ms: 2, b_seconds: 2, c_minutes: 2, d_hours: 2, e_days: 2}"
        let values = try SettingsSource(yaml: yaml).read(sections: ["broker"]) { reader in
            ["a_ms", "b_seconds", "c_minutes", "d_hours", "e_days"].map {
                reader.section("broker").duration($0, default: .zero, in: .zero...(.seconds(1_000_000)))
            }
        }.value
        #expect(values == [.milliseconds(2), .seconds(2), .seconds(120), .seconds(7_200), .seconds(172_800)])
    }

    @Test("Names of a keyed section come from the file and from flags, and the environment overrides their values")
    func keyedSections() throws {
        let source = try SettingsSource(
            yaml: "gateway:\n  projects:\n    flex-eu: {region: a}\n    frontline: {region: b}\n",
            environment: ["PATCHBAY_GATEWAY_PROJECTS_FLEX_EU_REGION": "c"],
            flags: ["gateway.projects.third.region=d"])
        let regions = try source.read(sections: ["gateway"]) { reader in
            reader.section("gateway").keyed("projects").map { "\($0.name)=\($0.reader.string("region"))" }
        }.value
        #expect(regions == ["flex-eu=c", "frontline=b", "third=d"])
    }

    @Test("A list of sections is read item by item")
    func lists() throws {
        let yaml = "gateway:\n  routes:\n    - path: /a\n    - path: /b\n"
        let paths = try SettingsSource(yaml: yaml).read(sections: ["gateway"]) { reader in
            reader.section("gateway").list("routes").map { $0.string("path") }
        }.value
        #expect(paths == ["/a", "/b"])
    }

    @Test("A section with nothing in it leaves every default")
    func emptySection() throws {
        let value = try SettingsSource(yaml: "broker:\n  # nothing yet\n").read(sections: ["broker"]) {
            $0.section("broker").int("a", default: 7, in: 0...9)
        }.value
        #expect(value == 7)
    }

    @Test("Sections of other services are left alone")
    func otherSections() throws {
        let source = try SettingsSource(
            yaml: "sync: {anything: 1}\n", environment: ["PATCHBAY_SYNC_OTHER": "1"], flags: ["sync.third=1"])
        #expect(throws: Never.self) { try source.read(sections: ["broker"]) { _ in } }
    }

    @Test(
        "Variables that Kubernetes sets for a Service are not settings",
        arguments: [
            "PATCHBAY_GATEWAY_SERVICE_HOST", "PATCHBAY_GATEWAY_SERVICE_PORT_HTTP",
            "PATCHBAY_GATEWAY_PORT_8080_TCP_ADDR",
            "PATCHBAY_GATEWAY_PORT",
        ])
    func kubernetes(_ variable: String) throws {
        let source = try SettingsSource(yaml: "", environment: [variable: "tcp://10.0.0.1:8080"])
        let port = try source.read(sections: ["gateway"]) {
            $0.section("gateway").int("port", default: 8080, in: 1...65_535)
        }.value
        #expect(port == 8080)
    }
}
