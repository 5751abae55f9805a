import Events
import Glibc

/// One event as a line of `patchbay tap`.
struct TapRow: Sendable {
    /// An event with what the bus says about it.
    struct Item: Sendable {
        let offset: UInt64
        /// When it was stored, in nanoseconds since 1970.
        let time: UInt64
        let topic: String
        let key: String
        /// Nil when the document is not an event: it is shown as it is.
        let event: Event?
        let document: [UInt8]
    }

    /// Columns of time, offset, topic and key.
    private static let topicColumns = 20
    private static let keyColumns = 13
    /// Below this width the key is left out.
    private static let narrow = 72

    let style: Style
    let width: Int

    /// The line, such as `09:14:03.123  1042  task.reserved  WT12…89  taskSid=WT12…89`.
    func line(_ item: Item) -> String {
        let topic = DisplayText.pad(DisplayText.shortened(item.topic, to: Self.topicColumns), to: Self.topicColumns)
        let offset = DisplayText.pad(String(item.offset), to: 10, isRight: true)
        var columns = [
            (text: Self.localTime(item.time), ink: Style.Ink?.some(.dim)), (text: offset, ink: .dim),
            (text: topic, ink: Style.ink(topic: item.topic)),
        ]
        if width >= Self.narrow {
            let key = DisplayText.shortened(DisplayText.harmless(item.key), to: Self.keyColumns)
            columns.append((text: DisplayText.pad(key, to: Self.keyColumns), ink: nil))
        }
        let used = columns.reduce(0) { $0 + DisplayText.width($1.text) + 2 }
        let summary = item.event.map(EventSummary.text) ?? "not an event: \(item.document.count) bytes"
        let room = width == .max ? .max : max(0, width - used)
        let shown = DisplayText.cut(DisplayText.harmless(summary), to: room)
        return columns.map { style.paint($0.text, $0.ink) }.joined(separator: "  ") + "  " + shown
    }

    /// Time of day in the local zone, to the millisecond.
    static func localTime(_ nanoseconds: UInt64) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let milliseconds = Int(nanoseconds / 1_000_000 % 1_000)
        return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))."
            + String(String(1_000 + milliseconds).dropFirst())
    }

    /// Date and time in the local zone, to the second.
    static func localDate(_ nanoseconds: UInt64) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
