import Events

/// The transfers of one pair: an entry of the map `sync-agents`, key ``key(_:)``.
struct TransferRecord: Hashable, Sendable {
    /// Transfers remembered as carried out or undone, the newest last.
    static let maxHandled = 16

    static func key(_ pair: String) -> String { "transfer/\(pair)" }

    /// The transfer under way.
    var saga: TransferSaga?
    private(set) var handled: [String] = []
    /// When the offer was begun: whoever finds it looks for the offer before making it.
    var offerIntent: Timestamp?

    init() {}

    /// Puts a transfer that is over away.
    mutating func finish() {
        guard let saga, saga.isOver else { return }
        handled.append(saga.event.id)
        if handled.count > Self.maxHandled { handled.removeFirst() }
        self.saga = nil
        offerIntent = nil
    }

    var json: JSONValue {
        var object = JSONObject([("handled", .array(handled.map { .string($0) }))])
        object["saga"] = saga?.json
        object["offerIntent"] = offerIntent?.json
        return .object(object)
    }

    init(_ json: JSONValue) {
        handled = json["handled"]?.array?.compactMap(\.string) ?? []
        saga = json["saga"].flatMap(TransferSaga.init)
        offerIntent = json["offerIntent"].flatMap(Timestamp.init(json:))
    }
}

extension TransferSaga {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("from", .string(event.from)), ("to", .string(event.to)), ("date", .number(JSONNumber(event.date))),
            ("step", .string(step.rawValue)),
        ])
        object["reason"] = reason.map { .string($0.rawValue) }
        object["sourceTask"] = sourceTask.map { .string($0) }
        object["offeredTask"] = offeredTask.map { .string($0) }
        return .object(object)
    }

    fileprivate init?(_ json: JSONValue) {
        guard let from = json["from"]?.string, let to = json["to"]?.string, let date = json["date"]?.integer,
            let step = json["step"]?.string.flatMap(Step.init(rawValue:))
        else { return nil }
        self.init(
            event: TransferEvent(from: from, to: to, date: date), step: step,
            reason: json["reason"]?.string.flatMap(Reason.init(rawValue:)), sourceTask: json["sourceTask"]?.string,
            offeredTask: json["offeredTask"]?.string)
    }
}
