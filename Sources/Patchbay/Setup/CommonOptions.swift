import ArgumentParser

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: "Configuration file. Default: $PATCHBAY_CONFIG, ./patchbay.yaml, the one 'patchbay up' made.",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(name: .customLong("set"), help: "One setting, such as log.level=debug; over environment, over file.")
    var sets: [String] = []

    @Option(help: "Directory of the sockets; short for --set run_dir=…", completion: .directory)
    var runDir: String?

    /// Settings from the command line.
    var flags: [String] {
        sets + (runDir.map { ["run_dir=\($0)"] } ?? [])
    }
}

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, json
}
