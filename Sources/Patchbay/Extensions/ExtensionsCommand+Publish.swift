import ArgumentParser
import Bus
import Events

extension ExtensionsCommand {
    /// Between two looks at a publish.
    static let look = Duration.milliseconds(200)
    /// Looks until the command says that it goes on without it: a minute.
    static let maxLooks = 300

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put the draft in force, and wait until every Gateway serves it.",
            discussion: "Exit code 1 when it failed, or when a Gateway does not serve it in time.")
        @Option(help: "What it is about.") var note: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var body = JSONObject()
            body["note"] = note.map { .string($0) }
            let bytes = JSONValue.object(body).bytes
            let state = try await context.withBus { bus -> JSONValue in
                var question = DirectoryQuestion("extensions/publish")
                question.method = "POST"
                question.body = bytes
                return try await ExtensionsCommand.finish(question.ofDraft(bus), bus)
            }
            try ExtensionsCommand.show(state, context)
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put an earlier version in force again, as a new version.")
        @Argument(help: "The version.") var version: Int
        @Flag(help: "The draft becomes what the version says, too.") var resetDraft = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("extensions/versions/\(version)/rollback")
            question.method = "POST"
            question.body = JSONValue.object(JSONObject([("resetDraft", .bool(resetDraft))])).bytes
            let asked = question
            let isResetting = resetDraft
            let state = try await context.withBus { bus in
                try await ExtensionsCommand.finish(isResetting ? asked.ofDraft(bus) : asked, bus)
            }
            try ExtensionsCommand.show(state, context)
        }
    }

    /// Begins a publish and waits for its end.
    private static func finish(_ question: DirectoryQuestion, _ bus: BusConnection) async throws -> JSONValue {
        var state = try await bus.ask(question).json["publish"] ?? .null
        let version = state["version"]
        for _ in 0..<maxLooks where isRunning(state) {
            try await Task.sleep(for: look)
            state = try await bus.ask(DirectoryQuestion("extensions/publish")).json
            guard state["version"] == version else { break }
        }
        return state
    }

    private static func isRunning(_ state: JSONValue) -> Bool {
        ["validating", "writing", "deploying"].contains(state["state"]?.string)
    }

    private static func show(_ state: JSONValue?, _ context: CommandContext) throws {
        guard let state else { return }
        for line in DirectoryText.publish(state) { try context.console.put(line) }
        let isDone = state["state"]?.string == "deployed" && (state["missing"]?.array ?? []).isEmpty
        if !isDone { throw ArgumentParser.ExitCode(1) }
    }
}
