import Bus
import Events
import Wire

/// Activities on their way to the CRM: a row in a map, and an event that carries it there.
///
/// The row holds what is to be written, the event `activity.due` only says that there is a row. Both are written in the
/// transaction that ends the interaction, so that neither is without the other. The event's delivery is the lease on the
/// row and its repetition the retry; whoever has written the row to the CRM deletes it in the transaction that
/// acknowledges the event.
enum ActivityOutbox {
    static let map = CRMMaps.outbox
    static let source = "/crm"
    static let dueTopic: Topic = "activity.due"
    static let loggedTopic: Topic = "activity.logged"
    static let failedTopic: Topic = "activity.failed"

    /// Where rows lie that are to be written, and those that no repetition will bring there.
    enum State: String, Hashable, Sendable {
        case due, failed

        func key(_ interactionID: String) -> String { "\(rawValue)/\(interactionID)" }
    }

    /// What puts an activity on its way; to be part of the transaction that decides it.
    ///
    /// - Parameters:
    ///   - log: The record; a higher revision replaces one that is still waiting.
    ///   - now: When, for the age of the row.
    ///   - attempt: Tells a retry that an operator asks for from the first event of this revision.
    /// - Returns: The row's write, and the event.
    /// - Throws: ``EventError`` when the interaction's id is no ordering key.
    static func enqueue(
        _ log: ActivityLog, at now: Timestamp, attempt: String? = nil
    ) throws(EventError) -> (write: MapWrite, event: OutgoingEvent) {
        let row = OutboxRow(log: log, queuedTs: now.unixMilliseconds)
        let write = MapWrite(.put, map: map, key: State.due.key(log.interactionID), value: row.bytes)
        let suffix = attempt.map { ":\($0)" } ?? ""
        return (write, try event(dueTopic, log, id: "activity.due:\(log.interactionID):\(log.revision)\(suffix)"))
    }

    /// An event about a log; the same log always makes the same one.
    static func event(
        _ topic: Topic, _ log: ActivityLog, id: String, _ members: [(String, JSONValue)] = []
    ) throws(EventError) -> OutgoingEvent {
        var data = JSONObject([
            ("interactionId", .string(log.interactionID)), ("agentId", .string(log.agentID)),
            ("revision", .number(JSONNumber(log.revision))),
        ])
        for (name, value) in members { data[name] = value }
        var event = Event(
            id: try EventID(id), source: try EventSource(source), topic: topic,
            key: try OrderingKey(log.interactionID), subject: log.interactionID, data: .object(data))
        event.correlationID = log.interactionID
        return try OutgoingEvent(event)
    }
}

/// One activity that waits.
struct OutboxRow: Hashable, Sendable {
    var log: ActivityLog
    /// When it was put here, Unix milliseconds.
    var queuedTs: Int64
    /// Why it failed, for rows that did.
    var code: String?
    var field: String?

    init(log: ActivityLog, queuedTs: Int64, code: String? = nil, field: String? = nil) {
        self.log = log
        self.queuedTs = queuedTs
        self.code = code
        self.field = field
    }

    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let log = json["log"].flatMap({ ActivityLog($0) }) else {
            return nil
        }
        self.init(
            log: log, queuedTs: json["queuedTs"]?.integer ?? 0, code: json["code"]?.string,
            field: json["field"]?.string)
    }

    var bytes: [UInt8] {
        var object = JSONObject([("queuedTs", .number(JSONNumber(queuedTs)))])
        object["code"] = code.map { .string($0) }
        object["field"] = field.map { .string($0) }
        object["log"] = log.json
        return JSONValue.object(object).bytes
    }
}

extension ActivityLog {
    /// The activity's id in every CRM: the same interaction and agent always have the same one.
    var activityID: String { RecordID.uuid("activity", interactionID, agentID) }
}

extension Timestamp {
    var unixMilliseconds: Int64 { Int64(clamping: unixNanoseconds / 1_000_000) }
}
