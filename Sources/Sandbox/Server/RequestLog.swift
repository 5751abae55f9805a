import DequeModule
import Events

/// The last requests and webhooks, for people and tests who look at what went over the wire.
///
/// No bodies and no parameters: what was said stays in the conversations.
struct RequestLog: Sendable {
    /// Entries kept; older ones are forgotten.
    static let limit = 4_096

    struct Entry: Sendable {
        /// A webhook from us, or a request to us.
        let isOutgoing: Bool
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
        /// 1 for the first.
        var attempt: Int?
        /// The fault that was made, by name.
        var fault: String?
        var duration: Duration = .zero

        func write(_ json: inout JSONFields) {
            json.text("at", at.withMilliseconds)
            json.text("direction", isOutgoing ? "out" : "in")
            json.text("project", project)
            json.text("method", method)
            json.text("path", path)
            json.number("status", status)
            let microseconds =
                duration.components.attoseconds / 1_000_000_000_000 + duration.components.seconds * 1_000_000
            json.value("duration_ms", JSONNumber(Double(microseconds) / 1_000).map { .number($0) } ?? .null)
            json.text("request_id", requestID.isEmpty ? nil : requestID)
            json.text("event_type", event)
            json.number("attempt", attempt)
            json.text("fault", fault)
        }
    }

    private var entries: Deque<Entry> = []
    private var number = 0

    mutating func add(_ entry: Entry) {
        number += 1
        if entries.count >= Self.limit { entries.removeFirst() }
        entries.append(entry)
    }

    mutating func clear() {
        entries.removeAll()
    }

    /// Entries after a number, oldest first, and what the owner has to say besides.
    func answer(since: Int, _ more: (inout JSONFields) -> Void) -> RestAnswer {
        let first = number - entries.count + 1
        let skipped = min(entries.count, max(0, since - first + 1))
        var json = JSONFields(capacity: 4_096)
        json.number("last", number)
        json.number("first", first)
        json.objects("entries", zip((first + skipped)..., entries.dropFirst(skipped))) { item, row in
            let (number, entry) = item
            row.number("id", number)
            entry.write(&row)
        }
        more(&json)
        return RestAnswer(json: json)
    }
}
