/// The command line that all our daemons share.
struct LaunchOptions: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        case run, checkConfig, showConfig, version, help
    }

    var action = Action.run
    var configPath: String?
    var sets: [String] = []

    /// Reads the arguments behind the program's name.
    ///
    /// - Throws: ``UsageError`` naming the argument.
    init(arguments: some Sequence<String>) throws(UsageError) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let inlineValue = parts.count == 2 ? String(parts[1]) : nil
            switch parts[0] {
            case "--config": configPath = try Self.value(of: "--config", inlineValue, &rest)
            case "--set": sets.append(try Self.value(of: "--set", inlineValue, &rest))
            case "--instance": sets.append("instance=" + (try Self.value(of: "--instance", inlineValue, &rest)))
            case "--check-config" where inlineValue == nil: action = .checkConfig
            case "--show-config" where inlineValue == nil: action = .showConfig
            case "--version" where inlineValue == nil: action = .version
            case "--help" where inlineValue == nil, "-h" where inlineValue == nil: action = .help
            default: throw UsageError(problem: "unknown argument '\(parts[0].prefix(64))'")
            }
            if [.version, .help].contains(action) { return }
        }
    }

    private static func value(
        of option: String, _ inlineValue: String?, _ rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        guard let value = inlineValue ?? rest.popFirst(), !value.isEmpty else {
            throw UsageError(problem: "\(option) needs a value")
        }
        return value
    }

    static func help(name: String, sections: [String]) -> String {
        """
        Usage: \(name) [--config FILE] [--set KEY=VALUE]... [--instance NAME]
                       [--check-config | --show-config | --version | --help]

          --config FILE     configuration; default $PATCHBAY_CONFIG, else ./patchbay.yaml if it is there
          --set KEY=VALUE   one setting, such as --set log.level=debug; over environment, over file
          --instance NAME   tells several processes of this service apart
          --check-config    check everything, print "configuration ok" or every error, and stop
          --show-config     print every setting with where it came from (secrets redacted), and stop
          --version         print the version, and stop

        Reads the sections: \((["log"] + sections).joined(separator: ", ")). Environment: PATCHBAY_<SECTION>_<KEY>.
        Exit codes: 0 drained, 64 usage, 69 a dependency never came up, 70 bug, 74 storage failed,
        75 another instance owns it, 78 bad configuration.
        """
    }
}

/// A command line that cannot be understood.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let problem: String
    var description: String { "\(problem). Try --help." }
}

extension UsageError: ExitCodeProviding {
    var exitCode: ExitCode { .usage }
}
