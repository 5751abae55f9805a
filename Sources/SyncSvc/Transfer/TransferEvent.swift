import Events

/// A transfer as the mobile app writes it down: an element of the conversation attribute `frontline.events` with both
/// `from` and `to`.
struct TransferEvent: Hashable, Sendable {
    /// Frontline identities.
    let from: String
    let to: String
    /// Milliseconds since 1970, by the app's clock: tells transfers apart, and is compared with nothing.
    let date: Int64

    /// Names it within its conversation.
    var id: String { "\(date)" }

    /// The last transfer in a conversation's attributes; nil when there is none, or none that makes sense.
    ///
    /// Calls and other entries have no `from` and `to`; malformed entries are skipped.
    static func last(in attributes: JSONObject) -> TransferEvent? {
        for entry in (attributes["frontline.events"]?.array ?? []).reversed() {
            guard let from = entry["from"]?.string, let to = entry["to"]?.string, !from.isEmpty, !to.isEmpty, from != to
            else { continue }
            guard entry["type"]?.string != "call_ended", let date = milliseconds(entry["date"]) else { continue }
            return TransferEvent(from: from, to: to, date: date)
        }
        return nil
    }

    /// The attributes without this transfer, everything else as it was (rule G-8).
    func removed(from attributes: JSONObject) -> JSONObject {
        guard let entries = attributes["frontline.events"]?.array else { return attributes }
        var copy = attributes
        copy["frontline.events"] = .array(
            entries.filter {
                !($0["from"]?.string == from && $0["to"]?.string == to && Self.milliseconds($0["date"]) == date)
            })
        return copy
    }

    private static func milliseconds(_ value: JSONValue?) -> Int64? {
        value?.integer ?? value?.double.flatMap { abs($0) < 1e15 ? Int64($0) : nil }
            ?? value?.string.flatMap(Int64.init)
    }
}
