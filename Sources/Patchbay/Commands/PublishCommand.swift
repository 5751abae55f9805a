import ArgumentParser
import Bus
import Events
import Glibc
import Hosting
import Wire

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish one event and print its offset.",
        discussion: """
            The offset is printed once the event is on disk. The same id with the same content is stored once; with
            other content it is refused.

              patchbay publish extensions.changed --key directory --data '{"by":"alice"}'
              patchbay publish demo.hello --key k1 --id order-17 --data @order.json
              jq -c .data event.json | patchbay publish demo.hello --key k1 --data -

            Exit codes: 0 stored (or stored before), 1 refused, 65 not JSON, 69 no Broker, 75 try later.
            """)

    @Argument(help: "Topic, such as demo.hello.")
    var topic: String
    @Option(help: "Ordering key: events with equal keys are handled in order.")
    var key: String
    @Option(help: "Id within the source. Default: a new one.")
    var id: String?
    @Option(help: "Source.")
    var source = "/patchbay"
    @Option(help: "Payload: JSON, @FILE, or - for standard input. Default: none.")
    var data: String?
    @Option(help: "Subject.")
    var subject: String?
    @Option(help: "table (the offset alone) or json.")
    var format: OutputFormat = .table
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = try CommandContext(common)
        let event = try makeEvent()
        let receipt = try await context.withBus { bus in
            try await bus.publish(try OutgoingEvent(event))
        }
        guard let receipt else { throw CommandFailure("Interrupted before the answer came.", .temporary) }
        switch format {
        case .table:
            try context.console.put(String(receipt.offset))
            if receipt.isDuplicate { context.console.say("Stored before: the id was there already.") }
        case .json:
            let object: JSONValue = [
                "offset": .number(JSONNumber(receipt.offset)), "duplicate": .bool(receipt.isDuplicate),
                "id": .string(event.id.text),
            ]
            try context.console.put(object.description)
        }
    }

    private func makeEvent() throws -> Event {
        do {
            let time = Timestamp(unixNanoseconds: SystemTime.unixNanoseconds())
            // An id that was given names a fact; the time of the attempt would make a repeat something else.
            var event = Event(
                id: try EventID(id ?? "cli-\(getpid())-\(time.unixNanoseconds)"), source: try EventSource(source),
                topic: try Topic(topic), key: try OrderingKey(key), subject: subject, time: id == nil ? time : nil)
            if let data { event.data = try EventData(json: payload(data)) }
            if event.data.form == .json { event.dataContentType = "application/json" }
            return event
        } catch let error as EventError {
            throw CommandFailure(error.description, .data)
        }
    }

    private func payload(_ text: String) throws -> [UInt8] {
        if text == "-" { return try PrivateFile.read("-", limit: EventLimits.documentBytes) }
        if let path = text.dropping("@") { return try PrivateFile.read(path, limit: EventLimits.documentBytes) }
        return Array(text.utf8)
    }
}
