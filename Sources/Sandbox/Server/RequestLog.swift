import DequeModule
import Events

/// The last requests and webhooks, for people and tests who look at what went over the wire.
///
/// No bodies and no parameters: what was said stays in the conversations.
struct RequestLog: Sendable {
    /// Entries kept; older ones are forgotten.
    static let limit = 4_096

    struct Entry: Sendable {
        enum Kind: String, Sendable { case request, webhook }
        let kind: Kind
        let at: Timestamp
        let project: String
        let method: String
        /// Path of a request, URL without query and fragment of a webhook.
        let path: String
        /// 0: no answer.
        let status: Int
        let requestID: String
        /// The event of a webhook.
        var event: String?
        /// The fault that was made, by name.
        var fault: String?
        var milliseconds: Double = 0
    }

    private var entries: Deque<Entry> = []
    private var number = 0

    /// The number of the newest entry.
    var last: Int { number }

    mutating func add(_ entry: Entry) {
        number += 1
        if entries.count >= Self.limit { entries.removeFirst() }
        entries.append(entry)
    }

    mutating func clear() {
        entries.removeAll()
    }

    /// Entries after a number, oldest first.
    func answer(since: Int) -> RestAnswer {
        let first = number - entries.count + 1
        let skipped = min(entries.count, max(0, since - first + 1))
        var json = JSONFields(capacity: 4_096)
        json.number("last", number)
        json.number("first", first)
        json.objects("entries", zip((first + skipped)..., entries.dropFirst(skipped))) { item, row in
            let (number, entry) = item
            row.number("id", number)
            row.text("kind", entry.kind.rawValue)
            row.text("at", entry.at.rfc3339)
            row.text("project", entry.project)
            row.text("method", entry.method)
            row.text("path", entry.path)
            row.number("status", entry.status)
            row.text("request_id", entry.requestID)
            row.text("event", entry.event)
            row.text("fault", entry.fault)
            row.value("milliseconds", JSONNumber(entry.milliseconds).map { .number($0) } ?? .null)
        }
        return RestAnswer(json: json)
    }
}
