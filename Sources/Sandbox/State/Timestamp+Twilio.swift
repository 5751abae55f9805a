import Events

extension Timestamp {
    /// This moment without its fraction of a second.
    var wholeSeconds: Timestamp {
        Timestamp(unixNanoseconds: unixNanoseconds / 1_000_000_000 * 1_000_000_000)
    }

    /// This moment without what is below a millisecond.
    var wholeMilliseconds: Timestamp {
        Timestamp(unixNanoseconds: unixNanoseconds / 1_000_000 * 1_000_000)
    }

    /// Seconds since 1970.
    var unixSeconds: Int { Int(unixNanoseconds / 1_000_000_000) }

    /// Milliseconds since 1970.
    var unixMilliseconds: Int { Int(unixNanoseconds / 1_000_000) }

    /// Webhooks of Conversations and Chat write times with milliseconds: `2026-11-24T09:30:00.250Z`.
    var withMilliseconds: String {
        let text = wholeMilliseconds.rfc3339
        return text.utf8.count == 20 ? String(text.dropLast()) + ".000Z" : text
    }

    /// The form of the `2010-04-01` API: `Tue, 24 Nov 2026 09:30:00 +0000`.
    var rfc2822: String {
        let text = Array(wholeSeconds.rfc3339.utf8)
        func field(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[((Int(field(5..<7)) ?? 1) - 1) % 12]
        return "\(days[unixSeconds / 86_400 % 7]), \(field(8..<10)) \(month) \(field(0..<4)) \(field(11..<19)) +0000"
    }
}
