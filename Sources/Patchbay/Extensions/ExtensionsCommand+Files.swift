import ArgumentParser
import Bus
import Events

extension ExtensionsCommand {
    /// Bytes of a file at most: a call of the bus carries it.
    static let maxFileBytes = 7_340_032

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import a file into the draft: all rows or none.",
            discussion: """
                CSV with a header (see 'export'), in UTF-8, with commas, semicolons or tabs; or JSON. Columns that the
                file does not have stay as they are.
                """)
        @Argument(help: "The file; - for standard input.") var file: String
        @Flag(help: "Only say what would happen.") var dryRun = false
        @Flag(help: "Delete the records that the file does not name.") var replace = false
        @Flag(help: "Import the other rows when some are refused.") var partial = false
        @Option(help: "csv or json. Default: by the file's name.") var format: String?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("extensions/import")
            question.method = "POST"
            question.body = try PrivateFile.read(file, limit: maxFileBytes)
            question.query = [
                ("format", format ?? (file.hasSuffix(".json") ? "json" : "csv")), ("dryRun", String(dryRun)),
                ("mode", replace ? "replace" : "merge"), ("partial", String(partial)),
            ]
            let isReplacing = replace && !dryRun
            let asked = question
            let answer = try await context.withBus { bus -> JSONValue in
                do {
                    return try await bus.ask(isReplacing ? asked.ofDraft(bus) : asked).json
                } catch let refused as DirectoryRefusal {
                    return refused.json
                }
            }
            guard let answer else { return }
            for line in DirectoryText.report(answer) { try context.console.put(line) }
            if let batch = answer["batch"]?.string {
                context.console.say("Take it back with: patchbay extensions undo \(batch)")
            }
            if (answer["counts"]?["refused"]?.integer ?? 0) > 0, !partial { throw ArgumentParser.ExitCode(1) }
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an import back, where nobody has changed its records since.")
        @Argument(help: "The batch that the import named.") var batch: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("extensions/imports/\(batch)/undo")
            question.method = "POST"
            let asked = question
            guard let answer = try await context.withBus({ try await $0.ask(asked).json }) else { return }
            for line in DirectoryText.report(answer) { try context.console.put(line) }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write the draft, or a version, to standard output.")
        @Option(help: "csv or json.") var format = "csv"
        @Option(help: "A published version instead of the draft.") var version: Int?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            var question = DirectoryQuestion("extensions/export")
            question.query = [("format", format)]
            if let version { question.query.append(("version", String(version))) }
            let first = question
            try await context.withBus { bus in
                var cursor: String?
                repeat {
                    var piece = first
                    if let cursor { piece.query.append(("cursor", cursor)) }
                    let answer = try await bus.ask(piece)
                    try context.console.put(bytes: Array(answer.text.utf8))
                    cursor = answer.next
                } while cursor != nil
            }
        }
    }
}
