import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Hosting

struct TestSettings: ServiceSettings {
    static let sections = ["sandbox"]
    let count: Int

    init(reader: SettingsReader) {
        let sandbox = reader.section("sandbox")
        count = sandbox.int("count", default: 1, in: 1...9)
        _ = sandbox.optionalSecret("token")
    }
}

/// Waits for the end.
struct IdleService: Service {
    func run() async throws { try await gracefulShutdown() }
}

/// Does what it is told to.
struct ScriptedService: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws { try await body() }
}

struct StorageLost: ExitCodeProviding {
    var exitCode: ExitCode { .storageFailed }
}

struct Unnamed: Error {}

@Suite struct ServiceHostTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    var environment: [String: String] {
        ["PATCHBAY_RUN_DIR": directory.path + "/run", "PATCHBAY_LOG_LEVEL": "critical", "HOME": directory.path]
    }

    func run(
        _ arguments: [String] = [], extra: [String: String] = [:],
        services: (ServiceHost, TestSettings) async throws -> [any Service] = { _, _ in [IdleService()] }
    ) async -> ExitCode {
        let environment = environment.merging(extra) { _, new in new }
        let launch = ServiceLaunch(name: "patchbay-test", environment: environment, bootstrapsLogging: false)
        return await launch.run(arguments: ["--config", "/dev/null"] + arguments, services: services)
    }

    @Test("A service that throws decides how the process ends")
    func serviceErrors() async {
        let storage = await run { _, _ in [IdleService(), ScriptedService { throw StorageLost() }] }
        #expect(storage == .storageFailed)
        let bug = await run { _, _ in [IdleService(), ScriptedService { throw Unnamed() }] }
        #expect(bug == .bug)
    }

    @Test("A service that returns unasked is a bug, and the others are stopped")
    func serviceReturns() async {
        #expect(await run { _, _ in [IdleService(), ScriptedService {}] } == .bug)
    }

    @Test("An error while services are made decides how the process ends, and nothing stays locked")
    func makingFails() async {
        #expect(await run { _, _ in throw StorageLost() } == .storageFailed)
        #expect(await run { _, _ in throw StorageLost() } == .storageFailed)
    }

    @Test("The first error counts, not those it causes")
    func firstError() async {
        let code = await run { _, _ in
            [
                ScriptedService {
                    try? await gracefulShutdown()
                    throw Unnamed()
                },
                ScriptedService { throw StorageLost() },
            ]
        }
        #expect(code == .storageFailed)
    }

    @Test("A second instance on the same run directory ends with its own code, unless it has a name")
    func secondInstance() async {
        let code = await run { host, _ in
            let inner = await self.run()
            #expect(inner == .alreadyOwned)
            let named = await self.run(["--instance", "2"]) { host, _ in
                #expect(host.label == "test-2")
                throw StorageLost()
            }
            #expect(named == .storageFailed)
            throw Unnamed()
        }
        #expect(code == .bug)
    }

    @Test(
        "The command line is checked",
        arguments: [
            (["--nonsense"], ExitCode.usage), (["--set"], .usage), (["--check-config=x"], .usage), (["broker"], .usage),
            (["--version"], .drained), (["--help"], .drained), (["--check-config"], .drained),
            (["--show-config"], .drained), (["--set", "sandbox.count=10"], .configuration),
            (["--set", "sandbox.count=10", "--check-config"], .configuration),
            (["--set", "nonsense"], .configuration), (["--config", "/nowhere", "--check-config"], .configuration),
            (["--set", "run_dir=/dev/null/x"], .configuration),
        ])
    func commandLine(_ arguments: [String], _ expected: ExitCode) async {
        let code = await run(arguments) { _, _ in
            Issue.record("nothing may be started")
            return []
        }
        #expect(code == expected)
    }

    @Test("Settings reach the service, and the admin socket answers while it runs")
    func hosting() async {
        let code = await run(["--set=sandbox.count=7"]) { host, settings in
            #expect(settings.count == 7)
            #expect(host.label == "test")
            let socket = try host.runDirectory.adminSocket(for: host.name)
            return [
                ScriptedService {
                    let answer = try await AdminClient.get("/metrics", socket: socket)
                    #expect(answer.body.contains("patchbay_build_info{service=\"test\",version=\"0.1.0\"} 1\n"))
                    throw StorageLost()
                }
            ]
        }
        #expect(code == .storageFailed)
    }

    @Test("systemd hears READY=1 once every component is ready, and STOPPING=1 at the end")
    func notification() async throws {
        let path = directory.path + "/notify"
        let receiver = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(receiver) }
        try #require(UnixSocket.withAddress(path) { bind(receiver, $0, $1) } == 0)
        let receive: @Sendable (Int32) -> String? = { milliseconds in
            var request = pollfd(fd: receiver, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, milliseconds) == 1 else { return nil }
            var bytes = [UInt8](repeating: 0, count: 64)
            return String(decoding: bytes[..<max(0, recv(receiver, &bytes, 64, 0))], as: UTF8.self)
        }
        let code = await run(extra: ["NOTIFY_SOCKET": path]) { host, _ in
            let component = host.health.component("journal")
            return [
                ScriptedService {
                    #expect(await onThread { receive(100) } == nil)
                    component.ready()
                    #expect(await onThread { receive(10_000) } == "READY=1")
                    throw StorageLost()
                }
            ]
        }
        #expect(code == .storageFailed)
        #expect(await onThread { receive(10_000) } == "STOPPING=1")
    }

    @Test("SIGTERM drains and exits with 0")
    func signalled() async throws {
        let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardErrorContent]) {
            let directory = try TemporaryDirectory()
            let environment = ["PATCHBAY_RUN_DIR": directory.path, "HOME": directory.path]
            await ServiceHost.run(
                name: "patchbay-test", settings: TestSettings.self, arguments: ["--config", "/dev/null"],
                environment: environment
            ) { _, _ in
                [
                    IdleService(),
                    ScriptedService {
                        kill(getpid(), SIGTERM)
                        try await gracefulShutdown()
                    },
                ]
            }
        }
        let log = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(log.contains("Draining"))
        #expect(log.contains("Stopped"))
    }

    @Test("A service that does not stop is left behind after drain_timeout_ms, with code 70")
    func drainCap() async {
        await #expect(processExitsWith: .exitCode(70)) {
            let directory = try TemporaryDirectory()
            let environment = ["PATCHBAY_RUN_DIR": directory.path, "HOME": directory.path]
            await ServiceHost.run(
                name: "patchbay-test", settings: TestSettings.self,
                arguments: ["--config", "/dev/null", "--set", "drain_timeout_ms=50"], environment: environment
            ) { _, _ in
                [
                    ScriptedService {
                        kill(getpid(), SIGTERM)
                        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                    }
                ]
            }
        }
    }

    @Test("Bad configuration exits with 78 and prints every error")
    func badConfiguration() async throws {
        let result = await #expect(processExitsWith: .exitCode(78), observing: [\.standardErrorContent]) {
            await ServiceHost.run(
                name: "patchbay-test", settings: TestSettings.self,
                arguments: ["--config", "/dev/null", "--set", "sandbox.count=0", "--set", "sandbox.cont=1"],
                environment: ["HOME": "/"]
            ) { _, _ in [] }
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("patchbay-test: --set: 'sandbox.count' is 0; allowed is 1…9.\n"))
        #expect(text.contains("patchbay-test: --set: unknown key 'sandbox.cont'. Did you mean 'sandbox.count'?\n"))
    }
}
