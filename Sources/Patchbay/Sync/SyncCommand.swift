import ArgumentParser
import Bus
import Events

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "See whether the two projects are in step, and put right what is not.",
        discussion: """
            BEHIND counts messages of a side that the other has no copy of yet; DRIFT says for how long the oldest of
            them has been written.

              patchbay sync status
              patchbay sync diff CH0123456789abcdef0123456789abcdef
              patchbay sync repair --dry-run CH0123456789abcdef0123456789abcdef
              patchbay sync repair --all

            Exit codes: 0 in step or done, 1 something differs, 69 SyncSvc or a project does not answer.
            """,
        subcommands: [Status.self, Diff.self, Repair.self], defaultSubcommand: Status.self)

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show every pair with what is behind.", discussion: "Exit code 1 when something is behind.")
        @Option(help: "At most so many pairs.") var limit = 100
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let request = JSONObject([("limit", .number(JSONNumber(limit)))])
            guard let answer = try await context.ask("sync.status", request) else { return }
            let isBehind = SyncText.isBehind(answer)
            if format == .json {
                try context.console.put(answer.description)
            } else {
                for line in SyncText.sides(answer, context.console.output.style) { try context.console.put(line) }
                let pairs = SyncText.pairs(answer)
                if pairs.rows.isEmpty { context.console.say("No pairs yet.") } else { try context.put(pairs) }
                if answer["next"] != nil { context.console.say("There are more: --limit.") }
            }
            if isBehind { throw ArgumentParser.ExitCode(1) }
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List both sides of a pair and compare them.", discussion: "Exit code 1 when they differ.")
        @Argument(help: "SID of one of its conversations.") var conversation: String
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let request = JSONObject([("pair", .string(conversation))])
            guard let answer = try await context.ask("sync.diff", request) else { return }
            try SyncText.put(diff: answer, format, context)
            if answer["isEqual"]?.bool == false { throw ArgumentParser.ExitCode(1) }
        }
    }

    struct Repair: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a pair right, or all of them.",
            discussion: """
                Copies what is missing, removes copies that are one too many, rewrites copies that say something old.
                Nothing that a person wrote is removed. It is done by SyncSvc, pair by pair.
                """)
        @Argument(help: "SID of one of its conversations.") var conversation: String?
        @Flag(help: "Every open pair.") var all = false
        @Flag(help: "Only show the plan.") var dryRun = false
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard all != (conversation != nil) else { throw ValidationError("Say which: a conversation, or --all.") }
            guard !(all && dryRun) else { throw ValidationError("--dry-run is for one conversation.") }
        }

        func run() async throws {
            let context = try CommandContext(common)
            var request = JSONObject()
            request["pair"] = conversation.map { .string($0) }
            guard let answer = try await context.ask(dryRun ? "sync.diff" : "sync.repair", request) else { return }
            if dryRun { return try SyncText.put(diff: answer, format, context) }
            if format == .json { return try context.console.put(answer.description) }
            try context.console.put("\(answer["requested"]?.integer ?? 0) repairs asked for")
        }
    }
}

struct GapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps", abstract: "Read what the projects say happened, and publish what never arrived.",
        discussion: """
            TaskRouter's events, calls, conversations and messages of open pairs of the last so many minutes. Ids are
            those of the webhooks, so what did arrive is not published again.

              patchbay gaps
              patchbay gaps --minutes 240 --dry-run

            Exit codes: 0 done, 69 SyncSvc or a project does not answer.
            """)
    @Option(help: "How far back, 1 to 43200.") var minutes = 60
    @Flag(help: "Only count what is there.") var dryRun = false
    @Option(help: "table or json.") var format: OutputFormat = .table
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = try CommandContext(common)
        let request = JSONObject([("minutes", .number(JSONNumber(minutes))), ("dryRun", .bool(dryRun))])
        guard let answer = try await context.ask("sync.gaps", request) else { return }
        guard format == .table else { return try context.console.put(answer.description) }
        var table = TextTable([
            .init(title: "SIDE"), .init(title: "SOURCE"), .init(title: "READ", isRight: true),
            .init(title: "PUBLISHED", isRight: true),
        ])
        for row in answer["sources"]?.array ?? [] {
            table.add([
                row["side"]?.string ?? "", row["source"]?.string ?? "", String(row["read"]?.integer ?? 0),
                dryRun ? "-" : String(row["published"]?.integer ?? 0),
            ])
        }
        try context.put(table)
        if answer["isWhole"]?.bool == false { context.console.say("There is more: say fewer minutes, or again.") }
    }
}

extension CommandContext {
    /// How long SyncSvc may take, which lists both projects; the Broker allows 30 s.
    static let syncTimeout = Duration.seconds(29)

    /// Calls SyncSvc; nil when the user interrupted.
    ///
    /// - Throws: ``CommandFailure``, with code 69 when nobody serves the call.
    func ask(_ service: String, _ request: JSONObject) async throws -> JSONValue? {
        let payload = JSONValue.object(request).bytes
        let answer = try await withBus { bus in
            do throws(BusError) {
                return try await bus.call(service, payload, within: Self.syncTimeout)
            } catch {
                guard case .unavailable = error else { throw CommandFailure(error) }
                throw CommandFailure(
                    "Nobody serves \(service). Is its process running, and configured?", .unavailable)
            }
        }
        guard let answer else { return nil }
        guard let value = try? JSONValue(parsing: answer) else {
            throw CommandFailure("The answer to \(service) is no JSON.", .data)
        }
        if let error = value["error"]?.string { throw CommandFailure(error) }
        return value
    }
}
