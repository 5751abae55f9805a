import ArgumentParser
import Events
import Glibc
import Hosting
import TwilioREST

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "Make both projects send their webhooks here, and take it back.",
        discussion: """
            Reads where the projects of sync.sides send their webhooks, shows what differs from what Patchbay needs,
            saves the old values, applies, reads back and can roll back. Timeouts and 5xx answers are repeated.

              patchbay routes diff
              patchbay routes apply
              patchbay routes verify && echo in place
              patchbay routes rollback

            A webhook of somebody else is not displaced silently: name it in sync.relay.<side>.url, so that it goes on
            being called, or say --replace.

            Exit codes: 0 as wanted, 1 differences or a refused change, 69 a provider does not answer, 78 configuration.
            """,
        subcommands: [Show.self, Diff.self, Apply.self, Verify.self, Rollback.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show where webhooks go now.")
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await RoutesCommand.with(common) { context, setup in
                let plan = try await RouteWork(store: setup.store).plan(setup.routes, relayed: setup.relayed)
                guard format == .table else { return try context.console.put(RoutesCommand.json(plan)) }
                var table = TextTable([
                    .init(title: "ROUTE"), .init(title: "URL", shrinksTo: 20), .init(title: "METHOD"),
                    .init(title: "EVENTS", isRight: true), .init(title: "AS WANTED"),
                ])
                for step in plan.steps {
                    table.add([
                        step.route.name, RoutePlan.masked(step.present.url), step.present.method ?? "",
                        step.present.filters.map { String($0.count) } ?? "all", step.isDone ? "yes" : "no",
                    ])
                }
                try context.put(table)
            }
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what would change.", discussion: "Exit code 1 when something would.")
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await RoutesCommand.with(common) { context, setup in
                let plan = try await RouteWork(store: setup.store).plan(setup.routes, relayed: setup.relayed)
                try RoutesCommand.show(plan, format, context)
                if !plan.changes.isEmpty { throw ArgumentParser.ExitCode(1) }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that everything is as wanted.", discussion: "Exit code 1 when something is not.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await RoutesCommand.with(common) { context, setup in
                let plan = try await RouteWork(store: setup.store).plan(setup.routes, relayed: setup.relayed)
                for step in plan.steps {
                    let style = context.console.output.style
                    let verdict = step.isDone ? style.paint("ok", .green) : style.paint("differs", .red)
                    let fields = step.differences.map(\.field).joined(separator: ", ")
                    try context.console.put("\(step.route.name): \(verdict)\(step.isDone ? "" : " in \(fields)")")
                }
                if !plan.changes.isEmpty { throw ArgumentParser.ExitCode(1) }
            }
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save the old values and apply the wanted ones.",
            discussion: "Each change is read back; when one fails, those before it are undone.")
        @Flag(help: "Displace webhooks of others that no relay calls.") var replace = false
        @Flag(help: "Only show what would change.") var dryRun = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await RoutesCommand.with(common) { context, setup in
                let work = RouteWork(store: setup.store)
                let plan = try await work.plan(setup.routes, relayed: setup.relayed)
                if dryRun { return try RoutesCommand.show(plan, .table, context) }
                if let step = plan.changes.first(where: { $0.displaced != nil }), !replace {
                    throw CommandFailure(
                        "\(step.route.name) calls \(RoutePlan.masked(step.displaced ?? "")), which would be called no "
                            + "more.\nName it in sync.relay.\(step.route.side).url, or say --replace.")
                }
                if plan.changes.isEmpty { return context.console.say("Everything is as wanted.") }
                let records = RouteRecords(directory: context.common.stateDirectory + "/routes")
                try await work.apply(
                    plan, now: RoutesCommand.now(),
                    save: { saved in
                        context.console.say("Saved what was there in \(try records.keep(saved)).")
                    }, did: { try context.console.put("\($0.name): applied") })
            }
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give back the values that were there before the first apply.",
            discussion: """
                What somebody has changed since stays, unless --force is given. Each apply is also kept in a file of its
                own below the state directory, routes/1.json and so on, which --from takes.
                """)
        @Option(help: "A saved file; default: the values before the first apply.", completion: .file())
        var from: String?
        @Flag(help: "Take back also what was changed since.") var force = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await RoutesCommand.with(common) { context, setup in
                let records = RouteRecords(directory: context.common.stateDirectory + "/routes")
                let saved = try from.map(RouteRecords.read) ?? records.first()
                var present: [String: RouteValues] = [:]
                for route in setup.routes { present[route.name] = try await setup.store.read(route) }
                let (restore, changed) = saved.rollback(present: present, force: force)
                let work = RouteWork(store: setup.store)
                for entry in restore {
                    guard let route = setup.routes.first(where: { $0.name == entry.name && $0.sid == entry.sid })
                    else { throw CommandFailure("\(entry.name) was for \(entry.sid), which is not configured now.") }
                    try await work.write(entry.before, to: route)
                    try context.console.put("\(entry.name): rolled back")
                }
                if from == nil { try records.forget(saved, restore, isAll: force || changed.isEmpty) }
                if !force, !changed.isEmpty {
                    throw CommandFailure("Changed since by somebody, and left: \(changed.joined(separator: ", ")).")
                }
                if restore.isEmpty { context.console.say("Nothing to roll back.") }
            }
        }
    }

    private static func with(
        _ common: CommonOptions, _ body: (CommandContext, RouteSetup) async throws -> Void
    ) async throws {
        let context = try CommandContext(common)
        let setup: RouteSetup
        do { setup = try RouteSetup(context.source) } catch { throw CommandFailure(error) }
        do {
            try await body(context, setup)
        } catch {
            await setup.transport.shutdown()
            if error is ArgumentParser.ExitCode { throw error }
            throw RouteFailure.failure(error)
        }
        await setup.transport.shutdown()
    }

    private static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(unixNanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    private static func show(_ plan: RoutePlan, _ format: OutputFormat, _ context: CommandContext) throws {
        guard format == .table else { return try context.console.put(json(plan)) }
        if plan.changes.isEmpty { return context.console.say("Everything is as wanted.") }
        var table = TextTable([
            .init(title: "ROUTE"), .init(title: "FIELD"), .init(title: "NOW", shrinksTo: 12),
            .init(title: "WANTED", shrinksTo: 12),
        ])
        for step in plan.changes {
            for difference in step.differences {
                table.add([step.route.name, difference.field, difference.present, difference.wanted])
            }
        }
        try context.put(table)
        for step in plan.changes {
            guard let displaced = step.displaced else { continue }
            context.console.say(
                "\(step.route.name) now calls \(RoutePlan.masked(displaced)): name it in sync.relay.\(step.route.side).url."
            )
        }
    }

    private static func json(_ plan: RoutePlan) -> String {
        JSONValue.array(
            plan.steps.map { step in
                [
                    "route": .string(step.route.name), "sid": .string(step.route.sid),
                    "url": .string(RoutePlan.masked(step.present.url)), "asWanted": .bool(step.isDone),
                    "differences": .array(
                        step.differences.map {
                            [
                                "field": .string($0.field), "present": .string($0.present),
                                "wanted": .string($0.wanted),
                            ]
                        }),
                ]
            }
        ).description
    }
}

extension CommandContext {
    /// Writes a table as wide as the terminal.
    func put(_ table: TextTable) throws {
        for line in table.lines(width: console.output.width, style: console.output.style) { try console.put(line) }
    }
}
