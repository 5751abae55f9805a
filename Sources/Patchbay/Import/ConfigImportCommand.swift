import ArgumentParser
import Glibc

extension ConfigCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Take over the .env file of one of the samples.",
            discussion: """
                Prints sections of a configuration file, and writes each secret into a file of its own that only you
                may read. No secret is printed. Variables that are not known are listed.

                  patchbay config import --from flex-frontline .env
                  patchbay config import --from flex-frontline --out patchbay.yaml --secrets /etc/patchbay .env
                  patchbay config import --from dynamics-cif --dry-run .env

                Exit codes: 0 taken over, 65 values that are wrong (all are listed; nothing is written), 1 a file is
                there already (see --force).
                """)

        @Option(help: "Which sample: flex-frontline, did-extensions or dynamics-cif.")
        var from: String
        @Option(help: "File for the sections; default: standard output.", completion: .file())
        var out: String?
        @Option(help: "Directory for the files of the secrets.", completion: .directory)
        var secrets = "secrets"
        @Flag(help: "Write nothing but what is printed.")
        var dryRun = false
        @Flag(help: "Overwrite files that are there.")
        var force = false
        @Argument(help: "The .env file; - for standard input.", completion: .file())
        var file: String
        @OptionGroup var common: CommonOptions

        /// Bytes of a .env file at most.
        static let fileLimit = 1 << 20

        func validate() throws {
            guard ImportSource.all.contains(where: { $0.name == from }) else {
                let names = ImportSource.all.map(\.name).joined(separator: ", ")
                throw ValidationError("No sample is called '\(from)': \(names).")
            }
        }

        func run() async throws {
            let context = try CommandContext(common)
            guard let source = ImportSource.all.first(where: { $0.name == from }) else { return }
            let bytes = try PrivateFile.read(file, limit: Self.fileLimit)
            let plan = ImportPlan(
                EnvironmentFile(String(decoding: bytes, as: UTF8.self)), from: source,
                secretDirectory: try absolute(secrets))
            report(plan, to: context.console)
            guard plan.problems.isEmpty else {
                throw CommandFailure("\(plan.problems.count) values are wrong; nothing was written.", .data)
            }
            guard !plan.settings.isEmpty || !plan.later.isEmpty else {
                throw CommandFailure("Nothing in \(file) is a variable of \(from).", .data)
            }
            if !dryRun { try write(plan, context.console) }
            if out == nil || dryRun {
                for line in plan.yaml.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                    try context.console.put(String(line))
                }
            }
        }

        private func report(_ plan: ImportPlan, to console: Console) {
            for problem in plan.problems { console.say("wrong: \(problem)") }
            for name in plan.unknown { console.say("unknown: \(name)") }
            if !plan.unset.isEmpty { console.say("not set: \(plan.unset.joined(separator: " "))") }
            for entry in plan.obsolete { console.say("not needed: \(entry.name), \(entry.reason)") }
        }

        private func write(_ plan: ImportPlan, _ console: Console) throws {
            let directory = try absolute(secrets)
            let paths = plan.secrets.map { directory + "/" + $0.name } + (out.map { [$0] } ?? [])
            if !force, let taken = paths.first(where: { access($0, F_OK) == 0 }) {
                throw CommandFailure("\(taken) is there already. --force overwrites it.")
            }
            if !plan.secrets.isEmpty { try PrivateFile.makeDirectory(directory) }
            for secret in plan.secrets {
                try PrivateFile.write(secret.text + "\n", to: directory + "/" + secret.name)
                console.say("wrote \(directory)/\(secret.name)")
            }
            guard let out else { return }
            try PrivateFile.write(plan.yaml, to: out)
            console.say(
                "wrote \(out); add gateway.public_url, and check it with 'patchbay config check --config \(out)'")
        }

        private func absolute(_ path: String) throws -> String {
            guard !path.hasPrefix("/") else { return path }
            guard let current = getcwd(nil, 0) else { throw CommandFailure("The working directory is gone.") }
            defer { free(current) }
            return String(cString: current) + "/" + path
        }
    }
}
