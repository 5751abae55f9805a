import ArgumentParser
import Bus
import Events
import Glibc
import Hosting
import Wire

struct TapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tap", abstract: "Watch events, live and from the past.",
        discussion: """
            Watching leaves no trace and slows nobody. What the live tap loses is read back from the journal.
            Telephone numbers, names, texts and addresses are masked; --unmask shows them and is itself recorded
            (sys.audit). Opening the tap needs the group of its socket (patchbay-tap).

            Topics: task.> (all below), *.added (one word), message.added; a single word is a family: task.

              patchbay tap
              patchbay tap task message --from 2h
              patchbay tap task.reserved --from last:20 --where data.workerName=alice --no-follow
              patchbay tap --key WT0123… --format cloudevents --from offset:0 --no-follow | jq .data

            --where compares with = (equal), != (different) or ~ (contains); fields are attributes (type, source,
            subject, partitionkey, …) or paths into the data (taskSid, raw.WorkerName).
            """)

    @Argument(help: "Topics; none: all.")
    var topics: [String] = []
    @Option(help: "new, last:N, offset:N, time:2026-01-31T10:00:00Z, or a length: 90s, 30m, 2h, 1d.")
    var from = "new"
    @Option(help: "Only events with this ordering key.")
    var key: String?
    @Option(name: .customLong("where"), help: "Only such events: field=value, field!=value, field~part. Repeatable.")
    var conditions: [String] = []
    @Option(help: "table, json (one object a line) or cloudevents (the document, one a line).")
    var format: TapPrinter.Format = .table
    @Flag(help: "Show personal data. Recorded as sys.audit.")
    var unmask = false
    @Option(help: "Stop after so many events.")
    var limit: Int?
    @Flag(help: "Stop at the end of the journal.")
    var noFollow = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
        if noFollow, from == "new" { throw ValidationError("--no-follow needs --from: nothing is new at the end.") }
    }

    func run() async throws {
        let context = try CommandContext(common)
        let start: StartPosition
        let selection: TopicSelection
        let filters: [WhereFilter]
        do throws(StartPosition.Problem) {
            start = try StartPosition(from)
            selection = try TopicSelection(topics)
            filters = try Self.filters(conditions)
        } catch {
            throw CommandFailure(error)
        }
        try requireTapSocket(context)
        try await context.withBus { [self] bus in
            if unmask { try await audit(bus, selection) }
            let printer = TapPrinter(format: format, mask: unmask ? nil : Mask(), console: context.console)
            let style = context.console.messages.style
            let note = { @Sendable (text: String) in context.console.say(style.paint("… \(text)", .dim)) }
            var session = TapSession(
                history: BusHistory(bus: bus, note: note), selection: selection, key: key, conditions: filters,
                limit: limit, show: { try printer.show($0) }, note: note)
            try await follow(&session, start, selection, context)
        }
    }

    private func follow(
        _ session: inout TapSession<BusHistory>, _ start: StartPosition, _ selection: TopicSelection,
        _ context: CommandContext
    ) async throws {
        // Opened before the past is read, so that nothing falls between.
        let tap = BusTap(
            socketPath: context.runDirectory.tapSocket, topics: selection.prefixes + [LiveMessage.headTopic])
        let messages = tap.messages()
        let nanoseconds = SystemTime.unixNanoseconds()
        guard try await session.showPast(from: start, now: nanoseconds) == .goOn, !noFollow else { return }
        for try await message in messages {
            let live = LiveMessage(message)
            guard try await session.take(live, now: .now) == .goOn else { return }
        }
        throw CommandFailure("The tap has ended: is the Broker still running?", .unavailable)
    }

    private static func filters(_ texts: [String]) throws(StartPosition.Problem) -> [WhereFilter] {
        var filters: [WhereFilter] = []
        for text in texts { filters.append(try WhereFilter(text)) }
        return filters
    }

    private func requireTapSocket(_ context: CommandContext) throws {
        let path = context.runDirectory.tapSocket
        guard access(path, F_OK) == 0, access(path, R_OK | W_OK) != 0 else { return }
        throw CommandFailure(
            "This user may not open \(path): that is the right to see every event.\n"
                + "Join the group that owns it (see 'ls -l'), usually patchbay-tap.", .permission)
    }

    /// Leaves a record of who looked at personal data; without it nothing is shown.
    private func audit(_ bus: BusConnection, _ selection: TopicSelection) async throws {
        let event = try AuditEvent.unmasked(
            command: "tap", topics: selection.filters.map(\.pattern), from: from)
        do {
            _ = try await bus.publish(try OutgoingEvent(event))
        } catch {
            throw CommandFailure("Not shown, because the audit record could not be written: \(error)", .temporary)
        }
    }
}

extension TapPrinter.Format: ExpressibleByArgument {}

extension LiveMessage {
    init(_ message: TapMessage) {
        self.init(
            topic: message.topic, offset: message.offset, time: message.time,
            previous: message.previous ?? GapTracker.none, document: message.document)
    }
}
