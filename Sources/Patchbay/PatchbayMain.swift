import ArgumentParser
import Glibc
import Hosting

/// The command line of Patchbay.
@main
struct PatchbayMain {
    static func main() async {
        do {
            var command = try PatchbayCommand.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            let console = Console(environment: ProcessEnvironment.current)
            for line in failure.message.split(separator: "\n") { console.say("patchbay: \(line)") }
            exit(failure.code)
        } catch is OutputClosed {
            exit(0)
        } catch {
            PatchbayCommand.exit(withError: error)
        }
    }
}

struct PatchbayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patchbay", abstract: "Start, watch and operate the integration bus.",
        discussion: """
            Try this on a machine without any configuration, each in a terminal of its own:

              patchbay up
              patchbay tap
              patchbay trigger task.reserved
              patchbay consume --group demo --filter 'task.>' --exec cat

            Exit codes: 0 done, 1 refused or found wrong, 64 usage, 65 bad input, 69 nobody answers, 75 try later,
            77 not allowed, 78 bad configuration.
            """,
        version: BuildInfo.version,
        subcommands: [
            UpCommand.self, TapCommand.self, PublishCommand.self, TriggerCommand.self, ConsumeCommand.self,
            GroupsCommand.self, DeadCommand.self, SyncCommand.self, GapsCommand.self, ExtensionsCommand.self,
            CRMCommand.self,
            RoutesCommand.self, JournalCommand.self, ConfigCommand.self, DoctorCommand.self, VersionCommand.self,
        ])
}
