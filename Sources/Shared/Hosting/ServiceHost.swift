import Glibc
public import Logging
public import ServiceLifecycle

/// What a daemon of ours runs in: settings, log, metrics, health, admin socket, signals and exit codes.
///
/// ```swift
/// @main
/// struct SyncSvcMain {
///     static func main() async {
///         await ServiceHost.run(name: "patchbay-sync", settings: SyncSettings.self) { host, settings in
///             let bus = BusConnection(settings: settings.bus, runDirectory: host.runDirectory, logger: host.logger)
///             return [bus, SyncService(bus: bus, settings: settings)]
///         }
///     }
/// }
/// ```
public struct ServiceHost: Sendable {
    /// The executable's name, such as `patchbay-broker`.
    public let name: String
    public let common: CommonSettings
    public let runDirectory: RunDirectory
    public let logger: Logger
    public let metrics: MetricsRegistry
    public let health: Health

    /// `broker`, or `sync-2` with an instance: the label of this process in logs and merged metrics.
    public var label: String {
        let short = RunDirectory.shortName(name)
        return common.instance.isEmpty ? short : "\(short)-\(common.instance)"
    }

    /// Runs a daemon to its end and exits the process with an ``ExitCode``.
    ///
    /// SIGTERM and SIGINT stop the services in reverse order; `drain_timeout_ms` after the signal the process exits
    /// with ``ExitCode/bug`` even so. A service that throws, or returns without having been told to stop, ends the
    /// others too; an error says by ``ExitCodeProviding`` how the process ends. `READY=1` goes to systemd once
    /// ``Health/isReady``.
    ///
    /// - Parameters:
    ///   - name: The executable's name; without `patchbay-` it names the admin socket.
    ///   - settings: Read and checked before anything is opened; `--check-config` stops behind it.
    ///   - arguments: The command line behind the program's name.
    ///   - environment: For settings, `NOTIFY_SOCKET` and `NO_COLOR`.
    ///   - services: Makes the services in the order in which they depend on each other.
    public static func run<Settings: ServiceSettings>(
        name: String, settings: Settings.Type,
        arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        environment: [String: String] = ProcessEnvironment.current,
        services: (ServiceHost, Settings) async throws -> [any Service]
    ) async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let launch = ServiceLaunch(name: name, environment: environment, bootstrapsLogging: true)
        let code = await launch.run(arguments: arguments, services: services)
        exit(code.rawValue)
    }
}
