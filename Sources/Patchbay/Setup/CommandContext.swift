import Glibc
import Hosting

/// What a command works with: settings, sockets and the terminal.
struct CommandContext: Sendable {
    let environment: [String: String]
    let console: Console
    let source: SettingsSource
    let common: CommonSettings
    let runDirectory: RunDirectory

    /// Reads the configuration as the services read it.
    ///
    /// - Throws: ``CommandFailure`` with the configuration's errors.
    init(_ options: CommonOptions, environment: [String: String] = ProcessEnvironment.current) throws {
        self.environment = environment
        console = Console(environment: environment)
        do {
            let explicit = SettingsSource.defaultPath(explicit: options.config, environment: environment)
            var source = try SettingsSource(path: explicit, environment: environment, flags: options.flags)
            var common = try source.peek(CommonSettings.init(reader:))
            let made = DevelopmentConfiguration(stateDirectory: common.stateDirectory).configPath
            if explicit == nil, access(made, R_OK) == 0 {
                source = try SettingsSource(path: made, environment: environment, flags: options.flags)
                common = try source.peek(CommonSettings.init(reader:))
            }
            self.source = source
            self.common = common
            runDirectory = try RunDirectory(path: common.runDirectory)
        } catch {
            throw CommandFailure(error)
        }
    }
}
