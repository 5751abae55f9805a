import ArgumentParser
import Bus
import Events
import Wire

struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "Look at what groups gave up, and decide about it.",
        discussion: """
            A dead letter is an event that failed --max-deliver times, or was refused by its handler. It is kept, with
            its reason and history, until you retry or drop it.

              patchbay dead list crm
              patchbay dead show crm 1042
              patchbay dead retry crm 1042 1043
              patchbay dead drop crm --all
            """,
        subcommands: [List.self, Show.self, Retry.self, Drop.self])

    /// Dead letters asked for at a time.
    static let pageLimit = 500

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the dead letters of a group.")

        @Argument(help: "Name of the group.")
        var group: String
        @Option(help: "At most so many.")
        var limit = 100
        @Option(help: "table or json (one object a line).")
        var format: OutputFormat = .table
        @Flag(help: "Show personal data.")
        var unmask = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let letters = try await context.withBus { [group, limit, unmask] bus in
                if unmask { try await DeadCommand.audit(bus, "dead list \(group)") }
                return try await DeadCommand.letters(bus, group: group, limit: limit)
            }
            let mask = unmask ? nil : Mask()
            let shown = (letters ?? []).map { DeadLetterText.masked($0, mask) }
            let console = context.console
            guard format == .table else {
                for letter in shown { try console.put(try AdminJSON.text(letter)) }
                return
            }
            if shown.isEmpty { return console.say("No dead letters in \(group).") }
            let table = DeadLetterText.table(shown)
            for line in table.lines(width: console.output.width, style: console.output.style) { try console.put(line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one dead letter with its history and event.")

        @Argument(help: "Name of the group.")
        var group: String
        @Argument(help: "Offset, as 'dead list' prints it.")
        var offset: UInt64
        @Flag(help: "Show personal data.")
        var unmask = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let context = try CommandContext(common)
            let found = try await context.withBus { [group, offset, unmask] bus in
                if unmask { try await DeadCommand.audit(bus, "dead show \(group) \(offset)") }
                let request = AdminRequest(.deadList, group: group, after: offset > 0 ? offset - 1 : nil, limit: 1)
                return try await bus.admin(request, as: [DeadLetterInfo].self).first { $0.offset == offset }
            }
            guard let letter = found ?? nil else {
                throw CommandFailure("The group \(group) has no dead letter with offset \(offset).")
            }
            for line in DeadLetterText.lines(DeadLetterText.masked(letter, unmask ? nil : Mask())) {
                try context.console.put(line)
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deliver dead letters to their group once more.",
            discussion: "To that group only, marked as redriven.")

        @OptionGroup var choice: DeadLetterChoice
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await DeadCommand.apply(.deadRetry, choice, common, said: "handed out again")
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Drop dead letters for good.",
            discussion: "The events themselves stay in the journal as long as it keeps them.")

        @OptionGroup var choice: DeadLetterChoice
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await DeadCommand.apply(.deadDrop, choice, common, said: "dropped")
        }
    }

    private static func apply(
        _ operation: AdminRequest.Operation, _ choice: DeadLetterChoice, _ common: CommonOptions, said word: String
    ) async throws {
        let context = try CommandContext(common)
        let request = AdminRequest(
            operation, group: choice.group, offsets: choice.all ? nil : choice.offsets)
        let answer = try await context.withBus { bus in
            try await bus.admin(request, as: AdminCount.self)
        }
        guard let answer else { throw CommandFailure("Interrupted before the answer came.", .temporary) }
        try context.console.put("\(answer.count) \(word)")
        if !choice.all, answer.count < choice.offsets.count {
            throw CommandFailure("\(choice.offsets.count - answer.count) were not there: see 'patchbay dead list'.")
        }
    }

    private static func letters(_ bus: BusConnection, group: String, limit: Int) async throws -> [DeadLetterInfo] {
        var letters: [DeadLetterInfo] = []
        while letters.count < limit {
            let request = AdminRequest(
                .deadList, group: group, after: letters.last?.offset, limit: min(pageLimit, limit - letters.count))
            let page = try await bus.admin(request, as: [DeadLetterInfo].self)
            letters += page
            if page.isEmpty { break }
        }
        return letters
    }

    private static func audit(_ bus: BusConnection, _ command: String) async throws {
        do {
            let event = try AuditEvent.unmasked(command: command, topics: [], from: "")
            _ = try await bus.publish(try OutgoingEvent(event))
        } catch {
            throw CommandFailure("Not shown, because the audit record could not be written: \(error)", .temporary)
        }
    }
}

/// Which dead letters a command is about.
struct DeadLetterChoice: ParsableArguments {
    @Argument(help: "Name of the group.")
    var group: String
    @Argument(help: "Offsets, as 'dead list' prints them.")
    var offsets: [UInt64] = []
    @Flag(help: "All of the group.")
    var all = false

    func validate() throws {
        guard all != !offsets.isEmpty else { throw ValidationError("Say which: offsets, or --all.") }
    }
}
