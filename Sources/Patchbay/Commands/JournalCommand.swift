import ArgumentParser
import Bus
import FoundationEssentials
import Hosting
import Journal
import Wire

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Check the journal on disk, or back it up.",
        subcommands: [Verify.self, Backup.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every batch of a journal and check it.",
            discussion: """
                Reads only; may run beside a Broker that is at work, and on a backup. For each problem it names file and
                byte, and what the next start of the Broker would do: refuse, go on without events that cannot be read,
                cut off a torn end, or rebuild an index.

                  patchbay journal verify
                  patchbay journal verify /backup/journal

                Exit codes: 0 intact, 1 damaged or with a torn end, 74 cannot be read.
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

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a copy of a running Broker's journal and state.",
            discussion: """
                The Broker makes the copy, as of now, and goes on. Where the directory is on the same file system it costs
                no space until the journal's old files are removed. How to restore it: docs/operations.md.

                  patchbay journal backup /backup/2026-11-24
                  patchbay journal verify /backup/2026-11-24/journal

                Exit codes: 0 on disk, 1 the Broker could not write it, 69 nobody answers.
                """)

        /// How long the Broker may take to copy to another file system.
        private static let patience = Duration.seconds(6 * 3_600)

        @Argument(
            help: "Directory on the Broker's machine. Must not exist; what is above it must.", completion: .directory)
        var directory: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let path = directory.hasPrefix("/") ? directory : FileManager.default.currentDirectoryPath + "/" + directory
            let backup = try await context.withBus { bus in
                try await bus.admin(
                    AdminRequest(.journalBackup, directory: path), as: BackupInfo.self, within: Self.patience)
            }
            guard let backup else { return }
            try context.console.put("\(DisplayText.harmless(backup.directory)): everything below offset \(backup.end)")
        }
    }
}
