import Events
import Wire

/// Dead letters for people.
enum DeadLetterText {
    /// The letter with key, reason, history and document masked; as it is without a mask.
    static func masked(_ letter: DeadLetterInfo, _ mask: Mask?) -> DeadLetterInfo {
        guard let mask else { return letter }
        var letter = letter
        letter.key = mask.masked(letter.key)
        letter.reason = mask.masked(letter.reason)
        letter.history = letter.history.map(mask.masked)
        if let event = try? CloudEventJSON.decode(Array(letter.document.utf8)),
            let document = try? CloudEventJSON.encode(mask.masked(event))
        {
            letter.document = String(decoding: document, as: UTF8.self)
        } else {
            letter.document = "[\(letter.document.utf8.count) bytes]"
        }
        return letter
    }

    static func table(_ letters: [DeadLetterInfo]) -> TextTable {
        var table = TextTable([
            .init(title: "OFFSET", isRight: true), .init(title: "GIVEN UP"), .init(title: "TOPIC", shrinksTo: 12),
            .init(title: "KEY", shrinksTo: 8), .init(title: "TRIES", isRight: true),
            .init(title: "REASON", shrinksTo: 10),
        ])
        for letter in letters {
            table.add([
                String(letter.offset), TapRow.localDate(letter.time), letter.topic,
                DisplayText.shortened(letter.key, to: 13), String(letter.attempts), letter.reason,
            ])
        }
        return table
    }

    static func lines(_ letter: DeadLetterInfo) -> [String] {
        var lines = [
            "offset   \(letter.offset)", "topic    \(letter.topic)", "key      \(letter.key)",
            "tries    \(letter.attempts)", "given up \(TapRow.localDate(letter.time))", "reason   \(letter.reason)",
        ]
        if !letter.history.isEmpty { lines.append("history") }
        lines += letter.history.enumerated().map { "  \($0.offset + 1). \($0.element)" }
        return lines.map { DisplayText.harmless($0) } + ["event", "  " + DisplayText.harmless(letter.document)]
    }
}
