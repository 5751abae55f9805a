import ArgumentParser
import Bus
import Events

struct CRMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crm", abstract: "Look into the CRM's bridge: contacts, activities on their way, the connector.",
        discussion: """
              patchbay crm status
              patchbay crm find +34600111222
              patchbay crm import contacts.csv --region ES --dry-run
              patchbay crm retry --all

            Exit codes: 0 done, 1 refused, 65 bad input, 69 patchbay-crm does not answer, 75 try later.
            """,
        subcommands: [Status.self, Find.self, Import.self, Retry.self], defaultSubcommand: Status.self)

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the connector's state and the activities that wait or were refused.")
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let answer = try await context.withBus { bus -> (health: JSONValue, failed: [JSONValue]) in
                var failed = DirectoryQuestion("crm/activities/failed", of: .crm)
                failed.query = [("limit", "50")]
                let health = try await bus.ask(DirectoryQuestion("crm/health", of: .crm)).json
                return (health, try await bus.ask(failed).json["items"]?.array ?? [])
            }
            guard let answer else { return }
            guard format == .table else {
                var object = answer.health.object ?? JSONObject()
                object["failedActivities"] = .array(answer.failed)
                return try context.console.put(JSONValue.object(object).description)
            }
            for line in CRMText.health(answer.health) { try context.console.put(line) }
            if !answer.failed.isEmpty { try context.put(CRMText.failed(answer.failed)) }
        }
    }

    struct Find: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find contacts as a screen pop does: by number, address, or words of the name.")
        @Argument(help: "A number in any writing, an address, or words.") var text: String
        @Option(help: "ISO 3166: whose rules apply to a number without a country code.") var region: String?
        @Option(help: "At most so many, 1 to 50.") var limit = 20
        @Option(help: "table or json.") var format: OutputFormat = .table
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("crm/contacts", of: .crm)
            question.query = [(Self.kind(text), text), ("limit", String(limit))]
            if let region { question.query.append(("region", region)) }
            let asked = question
            guard let answer = try await context.withBus({ try await $0.ask(asked).json }) else { return }
            guard format == .table else { return try context.console.put(answer.description) }
            let items = answer["items"]?.array ?? []
            if items.isEmpty { return context.console.say("Nobody.") }
            try context.put(CRMText.matches(items))
            if answer["truncated"]?.bool == true { context.console.say("There are more: --limit.") }
        }

        /// By what a text asks: an `@` makes an address, digits without letters a number.
        static func kind(_ text: String) -> String {
            if text.contains("@") { return "email" }
            let digits = text.filter { $0.isNumber }.count
            return digits >= 5 && !text.contains(where: \.isLetter) ? "phone" : "q"
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import contacts into the built-in CRM from CSV or vCard.",
            discussion: """
                CSV needs a header with 'name' (or first and last name); 'id', 'phone', 'email' and 'company' are known, also
                in Spanish and several times. A row with an id updates that contact; importing a file again changes nothing.
                """)
        @Argument(help: "The file; - for standard input.") var file: String
        @Flag(help: "Only say what would happen.") var dryRun = false
        @Option(help: "ISO 3166: whose rules complete numbers without a country code. Default: crm.country.")
        var region: String?
        @Option(help: "csv or vcard. Default: by the file's name.") var format: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("crm/contacts/import", of: .crm)
            question.method = "POST"
            question.body = try PrivateFile.read(file, limit: ExtensionsCommand.maxFileBytes)
            let isCard = file.hasSuffix(".vcf") || file.hasSuffix(".vcard")
            question.query = [("format", format ?? (isCard ? "vcard" : "csv")), ("dryRun", String(dryRun))]
            if let region { question.query.append(("region", region)) }
            let asked = question
            guard let answer = try await context.withBus({ try await $0.ask(asked).json }) else { return }
            for line in CRMText.report(answer) { try context.console.put(line) }
            if (answer["counts"]?["refused"]?.integer ?? 0) > 0 { throw ArgumentParser.ExitCode(1) }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send activities again that the CRM had refused, after its cause was mended.")
        @Argument(help: "An interaction's id.") var interaction: String?
        @Flag(help: "All of them.") var all = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            guard all != (interaction != nil) else { throw ValidationError("Name an interaction, or say --all.") }
            let context = try CommandContext(common)
            var question = DirectoryQuestion("crm/activities/retry", of: .crm)
            question.method = "POST"
            question.body =
                JSONValue.object(
                    JSONObject(interaction.map { [("interactionId", .string($0))] } ?? [])
                ).bytes
            let asked = question
            guard let answer = try await context.withBus({ try await $0.ask(asked).json }) else { return }
            try context.console.put("\(answer["retried"]?.integer ?? 0) on their way again")
        }
    }
}
