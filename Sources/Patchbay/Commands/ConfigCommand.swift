import ArgumentParser
import Hosting
import Subprocess
import SystemPackage

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check, show and import the configuration.",
        discussion: """
            Flags win over environment (PATCHBAY_<SECTION>_<KEY>), over the file, over defaults. Each service checks its
            own section, so these commands ask every patchbay-* executable that lies beside this one.

              patchbay config check --config /etc/patchbay/patchbay.yaml
              patchbay config show | grep public_url

            Secrets are shown as <redacted>. Exit codes: 0 good, 78 at least one error (all are printed).
            """,
        subcommands: [Check.self, Show.self, Import.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check every section and print every error.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var worst: Int32 = 0
            var seen: Set<String> = []
            for answer in try await ConfigCommand.ask("--check-config", context, common) {
                if answer.code != 0 { worst = max(worst, answer.code) }
                // Several services find the same error in what they share.
                for line in answer.errors where seen.insert(ConfigCommand.withoutName(line)).inserted {
                    context.console.say(line)
                }
                let verdict = answer.code == 0 ? "ok" : "wrong (exit code \(answer.code))"
                try context.console.put("\(answer.name): \(verdict)")
            }
            try context.console.put("read: \(context.source.path ?? "no file, defaults only")")
            if worst != 0 { throw ArgumentParser.ExitCode(worst) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every setting with where it comes from.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var seen: Set<String> = []
            for answer in try await ConfigCommand.ask("--show-config", context, common) {
                for line in answer.errors { context.console.say(line) }
                for line in answer.lines where seen.insert(line).inserted { try context.console.put(line) }
                if answer.code != 0 { throw ArgumentParser.ExitCode(answer.code) }
            }
        }
    }

    /// What a service said about its configuration.
    struct Answer: Sendable {
        let name: String
        let code: Int32
        let lines: [String]
        let errors: [String]
    }

    /// Bytes of an answer at most.
    private static let answerBytes = 1 << 20

    private static func ask(
        _ question: String, _ context: CommandContext, _ common: CommonOptions
    ) async throws -> [Answer] {
        let arguments =
            [question] + (context.source.path.map { ["--config", $0] } ?? [])
            + context.source.setArguments(common.flags)
        let specs = try ChildSpec.found(in: ChildSpec.ownDirectory(), arguments: arguments, isSandboxWanted: true)
        var answers: [Answer] = []
        for spec in specs {
            let result = try await Subprocess.run(
                .path(FilePath(spec.path)), arguments: Arguments(spec.arguments),
                output: .string(limit: answerBytes), error: .string(limit: answerBytes))
            let code: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            answers.append(
                Answer(
                    name: spec.name, code: code, lines: lines(result.standardOutput),
                    errors: lines(result.standardError)))
        }
        return answers
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { DisplayText.harmless($0) }
    }

    /// `patchbay-broker: message` without the name.
    private static func withoutName(_ line: String) -> String {
        line.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? line
    }
}
