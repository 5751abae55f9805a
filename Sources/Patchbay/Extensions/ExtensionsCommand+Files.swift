import ArgumentParser
import Bus
import Events

extension ExtensionsCommand {
    /// Between two looks at an import that has become a job.
    static let importLook = Duration.milliseconds(500)
    /// Looks until the command says that it goes on without it: an hour.
    static let maxImportLooks = 7_200
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
                    return try await bus.end(of: bus.ask(isReplacing ? asked.ofDraft(bus) : asked), context.console)
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

extension BusConnection {
    /// The report of an import, whether it is the answer or that of a job, whose progress is told.
    ///
    /// - Throws: ``DirectoryRefusal``, ``CommandFailure``.
    fileprivate func end(of answer: DirectoryAnswer, _ console: Console) async throws -> JSONValue {
        guard answer.status == 202, let location = answer.location, location.hasPrefix("/v1/") else {
            return answer.json
        }
        var told = ""
        for _ in 0..<ExtensionsCommand.maxImportLooks {
            let job = try await ask(DirectoryQuestion(String(location.dropFirst("/v1/".count)))).json
            let outcome = job["outcome"] ?? .null
            switch job["state"]?.string {
            case "running":
                let (done, total) = (job["done"]?.integer ?? 0, job["total"]?.integer ?? 0)
                let text = total == 0 ? "Checking the rows" : "\(done) of \(total) changes are in the draft"
                if text != told { console.say(text) }
                told = text
                try await Task.sleep(for: ExtensionsCommand.importLook)
            case "done": return outcome == .null ? ["batch": job["id"] ?? .null] : outcome
            default:
                if outcome["rows"] != nil { throw DirectoryRefusal(json: outcome) }
                throw CommandFailure(
                    outcome["detail"]?.string
                        ?? "The import was not brought to an end. Nothing was changed: repeat it.",
                    .failure)
            }
        }
        throw CommandFailure("The import still goes on. See: patchbay extensions history", .temporary)
    }
}
