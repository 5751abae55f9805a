import ArgumentParser
import Glibc
import Hosting
import UnixSignals

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start the Broker, the Gateway and the services; stop them with Ctrl-C.",
        discussion: """
            Starts every patchbay-* executable that lies beside this one, shows their logs together, waits until all
            are ready and says what to try. A process that ends is started again after a growing pause, except when
            that cannot help (exit codes 64, 74, 75, 78). Ctrl-C or SIGTERM stops them in reverse order; a second one
            kills them.

            Without a configuration file it makes one for trying things out, with two projects, 'flex' and
            'frontline', that the Sandbox plays, and invented auth tokens, in <state_dir>/dev (readable by its owner
            only). The other commands find it by themselves.

              patchbay up
              patchbay up --config /etc/patchbay/patchbay.yaml
              patchbay up --set gateway.listen.port=9090

            Exit codes: 0 stopped by Ctrl-C or SIGTERM, 69 not ready in time, else the code of the process that could
            not go on (74 storage failed, 75 another instance runs, 78 bad configuration).
            """)

    @Flag(help: "Use the configuration for trying things out even if there is another file.")
    var dev = false
    @Option(help: "Seconds until everything must be ready.")
    var timeout = 60
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if dev, common.config != nil { throw ValidationError("--dev and --config exclude each other.") }
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout takes 1 to 3600 seconds.") }
    }

    func run() async throws {
        let start = ContinuousClock.now
        let environment = ProcessEnvironment.current
        let (options, made, lacking) = try prepared(environment)
        let context = try CommandContext(options, environment: environment)
        let gateway = try checked { try context.source.peek(GatewayAddress.init(reader:)) }
        let arguments =
            (context.source.path.map { ["--config", $0] } ?? []) + context.source.setArguments(options.flags)
        let specs = try ChildSpec.found(
            in: ChildSpec.ownDirectory(), arguments: arguments, isSandboxWanted: made != nil)
        let sandbox =
            try specs.contains { $0.name == "sandbox" }
            ? checked { try context.source.peek(GatewayAddress.sandbox(reader:)) } : nil
        try await requireNothingRuns(specs, in: context.runDirectory)
        let console = context.console
        let prefix = LogPrefix(names: specs.map(\.name), style: console.output.style)
        let banner = { @Sendable (startup: Duration) in
            Banner(
                names: specs.map(\.name), startup: startup, gateway: gateway, sandbox: sandbox,
                runDirectory: context.runDirectory.path, stateDirectory: context.common.stateDirectory,
                configPath: context.source.path, lacking: lacking, tokenPath: made?.tokenPath, command: Self.ownName())
        }
        let fleet = Fleet(
            specs: specs,
            readiness: Readiness(
                runDirectory: context.runDirectory, names: specs.map(\.name), deadline: .seconds(timeout)
            ) { name, after in
                console.say("\(name) is ready after \(after.rounded).")
            },
            interrupts: await Self.interrupts(),
            log: { index, line in
                try? console.put(prefix.line(line, from: specs[index].name, index: index))
            },
            say: { console.say($0) },
            whenReady: {
                let lines = banner(ContinuousClock.now - start).lines(style: console.messages.style)
                for line in lines { console.say(line) }
            })
        console.say("Starting \(specs.map(\.name).joined(separator: ", ")) …")
        let code = await fleet.run()
        console.say(code == 0 ? "Stopped." : "Stopped with exit code \(code).")
        if code != 0 { throw ArgumentParser.ExitCode(code) }
    }

    /// The options with the configuration file to use, what was made for trying things out, and what it lacks.
    private func prepared(
        _ environment: [String: String]
    ) throws -> (CommonOptions, DevelopmentConfiguration?, lacking: [String]?) {
        var options = common
        if !dev, SettingsSource.defaultPath(explicit: common.config, environment: environment) != nil {
            return (options, nil, nil)
        }
        let settings = try checked {
            try SettingsSource(path: nil, environment: environment, flags: common.flags)
                .peek(CommonSettings.init(reader:))
        }
        let made = DevelopmentConfiguration(stateDirectory: settings.stateDirectory)
        let console = Console(environment: environment)
        var lacking: [String]?
        switch try made.prepare() {
        case .made: console.say("No configuration file: made \(made.configPath) for trying things out.")
        case .renewed(let earlier):
            console.say("\(made.configPath) was of an earlier version and is written anew; the old one is \(earlier).")
        case .kept: break
        case .lacking(let parts): lacking = parts
        }
        options.config = made.configPath
        return (options, made, lacking)
    }

    /// Refuses to start beside other processes, whose readiness would be taken for that of ours.
    private func requireNothingRuns(_ specs: [ChildSpec], in runDirectory: RunDirectory) async throws {
        for spec in specs {
            let socket = try checked { try runDirectory.adminSocket(for: spec.name) }
            guard (try? await AdminClient.get("/healthz", socket: socket, timeout: .seconds(1))) != nil else {
                continue
            }
            throw CommandFailure(
                "\(spec.name) runs already: \(socket) answers.\n"
                    + "Stop that 'patchbay up' or service first, or give this one its own --run-dir and state_dir.",
                code: Hosting.ExitCode.alreadyOwned.rawValue)
        }
    }

    private func checked<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw CommandFailure(error) }
    }

    private static func interrupts() async -> AsyncStream<Void> {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        // Lives as long as the process: signals must be heard until the end.
        Task { for await _ in signals { continuation.yield() } }
        return stream
    }

    /// How the user can call this executable again.
    private static func ownName() -> String {
        let called = CommandLine.arguments.first ?? "patchbay"
        guard called.contains("/") else { return called }
        var buffer = [CChar](repeating: 0, count: 4_096)
        guard getcwd(&buffer, buffer.count) != nil else { return called }
        let directory = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) + "/"
        return called.hasPrefix(directory) ? String(called.dropFirst(directory.count)) : called
    }
}

extension SettingsSource {
    /// Settings of the command line, as our daemons take them.
    func setArguments(_ flags: [String]) -> [String] {
        flags.flatMap { ["--set", $0] }
    }
}
