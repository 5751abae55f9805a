import ArgumentParser
import Bus
import Glibc
import Hosting
import Logging
import ServiceLifecycle
import UnixSignals
import Wire

struct ConsumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume", abstract: "Run a program for each event of a durable group.",
        discussion: """
            The program gets the event (CloudEvents JSON) on standard input and PATCHBAY_TOPIC, PATCHBAY_KEY,
            PATCHBAY_OFFSET, PATCHBAY_ATTEMPT and PATCHBAY_GROUP in its environment. Its exit code settles the event:

              0    done
              65   the event is at fault (EX_DATAERR): into the dead letters, no further try
              75   or any other: failed, try again later (--backoff), at most --max-deliver times

            What it writes to standard error becomes the reason. After seven tenths of --ack-wait it is killed. Events of
            one key run one after the other, in order. The group remembers where it is: stop and start as you like, and
            start several. Ctrl-C lets running programs finish (at most 10 s).

              patchbay consume --group demo --filter 'task.>' --exec 'jq .data'
              patchbay consume --group crm --filter interaction.completed --exec ./log-to-crm --concurrency 8

            A group's configuration is fixed when it is first used; --update changes it.
            """)

    @Option(help: "Name of the group: letters, digits, '-', '_' and '.'.")
    var group: String
    @Option(help: "Command for /bin/sh -c.")
    var exec: String
    @Option(help: "Programs at a time; of one key there is never more than one.")
    var concurrency = 1
    @Flag(help: "Change the configuration of a group that exists.")
    var update = false
    @OptionGroup(title: "The group") var groupOptions: GroupOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...256).contains(concurrency) else { throw ValidationError("--concurrency takes 1 to 256.") }
    }

    func run() async throws {
        let context = try CommandContext(common)
        let config = try groupOptions.config(now: SystemTime.unixNanoseconds())
        let bus = context.makeBus()
        let console = context.console
        let service = HandlerService(
            bus: bus, group: group, config: config, isUpdate: update, concurrency: concurrency,
            isSystemSkipped: groupOptions.filters.isEmpty,
            program: HandlerProgram(
                command: exec, allowance: HandlerProgram.allowance(ackWaitMs: config.ackWaitMs)),
            report: { delivery, outcome, decision, duration in
                let line = Self.line(delivery, outcome, decision, duration, style: console.messages.style)
                console.say(line)
            },
            waitUntilConnected: { try await context.waitUntilConnected(bus) })
        console.say("Group \(group): waiting for \(config.filters.joined(separator: ", ")). Ctrl-C stops.")
        var logger = Logger(label: "patchbay") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: bus, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        do {
            try await services.run()
        } catch {
            throw CommandFailure(error)
        }
        console.say("Stopped.")
    }

    static func line(
        _ delivery: Delivery, _ outcome: HandlerOutcome, _ decision: HandlerOutcome.Decision, _ duration: Duration,
        style: Style
    ) -> String {
        let (word, ink): (String, Style.Ink) =
            switch decision {
            case .ack: ("ack", .green)
            case .nak: ("nak", .yellow)
            case .term: ("term", .red)
            }
        let head = style.paint(DisplayText.pad(word, to: 4), ink)
        let key = DisplayText.shortened(DisplayText.harmless(Mask().masked(delivery.key)), to: 16)
        let what = "\(delivery.offset)  \(delivery.topic)  \(key)"
        var line = "\(head)  \(what)  attempt \(delivery.attempt)  \(duration.rounded)"
        if delivery.isRedriven { line += "  redriven" }
        if decision != .ack { line += "  \(outcome)" }
        return line
    }
}
