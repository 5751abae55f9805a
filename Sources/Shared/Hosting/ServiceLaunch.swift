import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// One run of a daemon, from the command line to the exit code.
struct ServiceLaunch {
    let name: String
    let environment: [String: String]
    /// Whether loggers made elsewhere in the process get our handler too; possible once per process.
    let bootstrapsLogging: Bool

    func run<Settings: ServiceSettings>(
        arguments: [String], services: (ServiceHost, Settings) async throws -> [any Service]
    ) async -> ExitCode {
        do {
            let options = try LaunchOptions(arguments: arguments)
            switch options.action {
            case .version:
                print("\(name) \(BuildInfo.version)")
                return .drained
            case .help:
                print(LaunchOptions.help(name: name, sections: Settings.sections))
                return .drained
            case .run, .checkConfig, .showConfig: break
            }
            let path = SettingsSource.defaultPath(explicit: options.configPath, environment: environment)
            let source = try SettingsSource(path: path, environment: environment, flags: options.sets)
            let (settings, effective) = try source.read(sections: CommonSettings.sections + Settings.sections) {
                reader in
                let common = CommonSettings(reader: reader)
                return (common: common, own: try Settings(reader: reader))
            }
            switch options.action {
            case .checkConfig:
                print("configuration ok")
                return .drained
            case .showConfig:
                for setting in effective { print(setting) }
                return .drained
            case .run, .version, .help:
                return try await start(settings.common, settings.own, services)
            }
        } catch {
            return report(error)
        }
    }

    private func start<Settings: ServiceSettings>(
        _ common: CommonSettings, _ settings: Settings,
        _ services: (ServiceHost, Settings) async throws -> [any Service]
    ) async throws -> ExitCode {
        let runDirectory = try RunDirectory(path: common.runDirectory)
        try runDirectory.prepare()
        let host = ServiceHost(
            name: name, common: common, runDirectory: runDirectory, logger: makeLogger(common),
            metrics: MetricsRegistry(), health: Health())
        ProcessMetrics.install(in: host.metrics, service: RunDirectory.shortName(name))
        let admin = try AdminSocket(
            path: try runDirectory.adminSocket(for: name, instance: common.instance),
            routes: AdminRoutes(health: host.health, metrics: host.metrics))
        let lifecycle = LifecycleService(
            health: host.health, notifier: SystemdNotifier(socket: environment["NOTIFY_SOCKET"]),
            drainTimeout: common.drainTimeout, logger: host.logger)
        let failures = FirstFailure()
        let own = try await services(host, settings)
        let all: [any Service] = [admin] + own + [lifecycle]
        var configuration = ServiceGroupConfiguration(
            services: all.map { service in
                .init(
                    service: ObservedService(service: service, failures: failures),
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: host.logger)
        // Its own messages are about services starting and stopping: too much for a daemon's log at info.
        configuration.logger.logLevel = max(host.logger.logLevel, .notice)
        host.logger.info(
            "Starting", metadata: [LogKeys.version: "\(BuildInfo.version)", LogKeys.socket: "\(admin.path)"])
        defer { lifecycle.disarm() }
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            failures.record(error)
        }
        return end(failures.first, logger: host.logger)
    }

    private func makeLogger(_ common: CommonSettings) -> Logger {
        let short = RunDirectory.shortName(name)
        let isColoured = isatty(STDERR_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
        let sink = HostLogHandler.Sink(
            service: common.instance.isEmpty ? short : "\(short)-\(common.instance)", format: common.logFormat,
            isColoured: isColoured)
        let level = common.logLevel
        if bootstrapsLogging {
            LoggingSystem.bootstrap { _ in HostLogHandler(sink: sink, level: level) }
        }
        return Logger(label: name) { _ in HostLogHandler(sink: sink, level: level) }
    }

    private func end(_ failure: (any Error)?, logger: Logger) -> ExitCode {
        guard let failure else {
            logger.info("Stopped")
            return .drained
        }
        let code = (failure as? any ExitCodeProviding)?.exitCode ?? .bug
        logger.critical(
            "Stopped by an error", metadata: [LogKeys.error: "\(failure)", LogKeys.exitCode: "\(code.rawValue)"])
        return code
    }

    /// Says on standard error why nothing was started.
    private func report(_ error: any Error) -> ExitCode {
        for line in "\(error)".split(separator: "\n") {
            let bytes = Array("\(name): \(line)\n".utf8)
            _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
        return (error as? any ExitCodeProviding)?.exitCode ?? .bug
    }
}
