import ArgumentParser
import Bus
import Events

struct ExtensionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extensions", abstract: "Work on the directory of agents' extensions.",
        discussion: """
            Changes go into the draft; callers reach what is published.

              patchbay extensions list --query ana
              patchbay extensions import directory.csv --dry-run
              patchbay extensions import directory.csv
              patchbay extensions publish --note 'new team'
              patchbay extensions history --limit 20
              patchbay extensions rollback 12

            Exit codes: 0 done, 1 refused, 65 bad input, 69 patchbay-extensions does not answer, 75 try later.
            """,
        subcommands: [
            List.self, History.self, Import.self, Undo.self, Export.self, Publish.self, Rollback.self, Status.self,
            Transfer.self,
        ], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show records of the draft.")
        @Option(help: "Words that number, names, team or editor contain.") var query: String?
        @Option(help: "published, changed or new.") var status: String?
        @Option(help: "Only of this team.") var team: String?
        @Option(help: "extension, updatedAt, name, updatedBy or target; with - before it descending.")
        var sort = "extension"
        @Option(help: "At most so many records.") var limit = 1_000
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("extensions")
            question.query = [("sort", sort)]
            for (name, value) in [("q", query), ("status", status), ("team", team)] {
                if let value { question.query.append((name, value)) }
            }
            let first = question
            let limit = limit
            let found = try await context.withBus { bus -> (items: [JSONValue], total: Int) in
                var items: [JSONValue] = []
                var cursor: String?
                var total = 0
                repeat {
                    var page = first
                    page.query.append(("limit", String(max(1, min(1_000, limit - items.count)))))
                    if let cursor { page.query.append(("cursor", cursor)) }
                    let json = try await bus.ask(page).json
                    items += json["items"]?.array ?? []
                    total = Int(json["total"]?.integer ?? 0)
                    cursor = json["nextCursor"]?.string
                } while cursor != nil && items.count < limit
                return (items, total)
            }
            guard let found else { return }
            guard format == .table else { return try context.console.put(JSONValue.array(found.items).description) }
            if found.items.isEmpty {
                context.console.say("No records.")
            } else {
                try context.put(DirectoryText.records(found.items))
            }
            if found.total > found.items.count {
                context.console.say("\(found.items.count) of \(found.total) are shown: --limit.")
            }
        }
    }

    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show who changed what, newest first.",
            discussion: "It reaches back as far as the journal keeps the changes.")
        @Option(help: "Only of one record, by its id or its present extension.") var of: String?
        @Option(help: "At most so many changes, 1 to 200.") var limit = 50
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let (of, limit) = (of, limit)
            let answer = try await context.withBus { bus -> JSONValue in
                var question = DirectoryQuestion("extensions/history")
                question.query = [("limit", String(limit))]
                if let of { question.query.append(("id", try await Self.id(of, bus))) }
                return try await bus.ask(question).json
            }
            guard let answer else { return }
            guard format == .table else { return try context.console.put(answer.description) }
            try context.put(DirectoryText.history(answer["items"]?.array ?? []))
        }

        /// The id of a record that is named by its extension.
        private static func id(_ name: String, _ bus: BusConnection) async throws -> String {
            guard !name.hasPrefix("ex_") else { return name }
            var question = DirectoryQuestion("extensions")
            question.query = [("q", name), ("limit", "1000")]
            let items = try await bus.ask(question).json["items"]?.array ?? []
            guard let id = items.first(where: { $0["extension"]?.string == name })?["id"]?.string else {
                throw CommandFailure("No record has the extension \(name).")
            }
            return id
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is published, where, and what the draft would change.")
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let answer = try await context.withBus { bus -> (publish: JSONValue, list: JSONValue) in
                var list = DirectoryQuestion("extensions")
                list.query = [("limit", "1")]
                return (try await bus.ask(DirectoryQuestion("extensions/publish")).json, try await bus.ask(list).json)
            }
            guard let answer else { return }
            guard format == .table else {
                var object = answer.publish.object ?? JSONObject()
                object["draft"] = answer.list["draft"]
                return try context.console.put(JSONValue.object(object).description)
            }
            let published = answer.publish["published"]
            try context.console.put(
                "published: version \(published?["version"]?.integer ?? 0) with \(published?["count"]?.integer ?? 0) extensions"
            )
            let draft = answer.list["draft"]
            try context.console.put(
                "draft: \(draft?["count"]?.integer ?? 0) records, \(draft?["changes"]?.integer ?? 0) unpublished changes"
            )
            try context.console.put("publish of " + DirectoryText.publish(answer.publish).joined(separator: "\n"))
            for lookup in answer.publish["lookups"]?.array ?? [] {
                let mark = lookup["isCurrent"]?.bool == true ? "serves" : "still serves"
                try context.console.put(
                    "\(lookup["instance"]?.string ?? "") \(mark) version \(lookup["version"]?.integer ?? 0)")
            }
        }
    }
}
