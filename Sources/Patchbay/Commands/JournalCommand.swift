import ArgumentParser
import Hosting
import Journal

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Check the journal on disk.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every batch of a journal and check it.",
            discussion: """
                Reads only; may run beside a Broker that is at work, and on a backup. For each problem it names file and
                byte, and what the next start of the Broker would do: refuse, cut off a torn end, or rebuild an index.

                  patchbay journal verify
                  patchbay journal verify /backup/journal

                Exit codes: 0 intact (a torn end after a crash counts as intact), 1 damaged, 74 cannot be read.
                """)

        @Argument(help: "Directory of the journal. Default: <state_dir>/broker/journal.", completion: .directory)
        var directory: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let path = directory ?? context.common.stateDirectory + "/broker/journal"
            let console = context.console
            let progress = VerifyProgress(isShown: console.messages.isTerminal)
            let report: VerifyReport
            do throws(JournalError) {
                report = try Journal.verify(directory: path) { done, total in
                    if let line = progress.line(done: done, total: total) { console.say(line) }
                }
            } catch {
                throw CommandFailure("\(error)", code: error.exitCode)
            }
            for line in VerifyText.lines(report, directory: path) { try console.put(line) }
            guard report.isIntact else { throw ArgumentParser.ExitCode(CommandFailure.Code.failure.rawValue) }
        }
    }
}
