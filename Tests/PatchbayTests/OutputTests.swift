import Events
import Testing

@testable import Patchbay

@Suite struct OutputTests {
    @Test("Control characters and marks that turn text around cannot reach the terminal")
    func harmless() {
        let text = "a\u{1B}[2Jb\nc\td\u{7F}e\u{202E}f\u{9B}g"
        let result = DisplayText.harmless(text)
        #expect(
            !result.unicodeScalars.contains { $0.value < 32 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E })
        #expect(result == "a\u{FFFD}[2Jb c d\u{FFFD}e\u{FFFD}f\u{FFFD}g")
    }

    @Test(
        "Widths are those of a terminal",
        arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👋", 2), ("", 0), ("Zoë", 3)])
    func widths(text: String, columns: Int) {
        #expect(DisplayText.width(text) == columns)
    }

    @Test("Cutting never exceeds the limit", arguments: 0..<12)
    func cuts(limit: Int) {
        for text in ["abcdefghij", "日本語テキスト", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", "ab"] {
            #expect(DisplayText.width(DisplayText.cut(text, to: limit)) <= limit)
            #expect(DisplayText.width(DisplayText.shortened(text, to: limit)) <= limit)
        }
    }

    @Test("A shortened SID keeps both ends")
    func shortened() {
        #expect(DisplayText.shortened("WT0123456789abcdef0123456789abcdef", to: 10) == "WT0123…def")
    }

    @Test("A table is aligned, numbers stand right, and it fits by narrowing the widest that may")
    func table() {
        var table = TextTable([
            .init(title: "NAME", shrinksTo: 6), .init(title: "LAG", isRight: true), .init(title: "WHY", shrinksTo: 4),
        ])
        table.add(["alpha", "7", "short"])
        table.add(["a-very-long-name", "1000", "日本語\u{1B}[31m"])
        #expect(
            table.lines(width: .max) == [
                "NAME               LAG  WHY",
                "alpha                7  short",
                "a-very-long-name  1000  日本語\u{FFFD}[31m",
            ])
        for width in [20, 24, 30] {
            #expect(table.lines(width: width).allSatisfy { DisplayText.width($0) <= width })
        }
    }

    @Test("A line of the tap fits the terminal and leaves the key out when it is narrow", arguments: [40, 60, 80, 120])
    func tapRow(width: Int) throws {
        let event = Event(
            id: try EventID("e"), source: try EventSource("/twilio/flex"), topic: "task.reserved",
            key: try OrderingKey("WT0123456789abcdef0123456789abcdef"),
            data: [
                "taskSid": "WT0123456789abcdef0123456789abcdef",
                "workerName": .string("a\u{1B}[31m very long name \(width)"),
            ])
        let item = TapRow.Item(
            offset: 1_042, time: 1_700_000_000_123_456_789, topic: "task.reserved", key: event.key.text, event: event,
            document: [])
        let line = TapRow(style: Style(isColoured: false), width: width).line(item)
        #expect(DisplayText.width(line) <= max(width, 52))
        #expect(!line.contains("\u{1B}"))
        #expect(line.contains("1042") && line.contains("task.reserved") && line.contains(".123"))
        #expect(line.contains("WT012345…cdef") == (width >= 72))
    }

    @Test("JSON lines are one line, masked unless told otherwise", arguments: [true, false])
    func jsonLine(isMasked: Bool) throws {
        let document = Array(
            """
            {"specversion":"1.0","id":"e","source":"/s","type":"message.added","partitionkey":"CH1",
             "data":{"body":"hello\\nthere","from":"+34600123489"}}
            """.utf8)
        let item = TapRow.Item(
            offset: 5, time: 0, topic: "message.added", key: "CH1", event: try CloudEventJSON.decode(document),
            document: document)
        let printer = TapPrinter(
            format: .json, mask: isMasked ? Mask() : nil, console: Console(environment: [:]))
        let line = printer.line(item, width: 80, style: Style(isColoured: false))
        #expect(!line.contains("\n"))
        let json = try JSONValue(parsing: Array(line.utf8))
        #expect(json["offset"]?.integer == 5)
        #expect(json["event"]?["data"]?["from"]?.string == (isMasked ? "+34…89" : "+34600123489"))
        #expect(json["event"]?["data"]?["body"]?.string == (isMasked ? "[11 characters]" : "hello\nthere"))
    }

    @Test("A document that is no event is hidden whole")
    func notAnEvent() throws {
        let item = TapRow.Item(
            offset: 5, time: 0, topic: "a.b", key: "+34600123489", event: nil, document: Array("+34600123489".utf8))
        let printer = TapPrinter(format: .json, mask: Mask(), console: Console(environment: [:]))
        #expect(!printer.line(item, width: 80, style: Style(isColoured: false)).contains("60012"))
    }

    @Test("The level of a log line is painted, and nothing without colours")
    func logPrefix() {
        let line = "2026-01-31T10:00:00.000Z warning  broker: Slow sync ms=12"
        let plain = LogPrefix(names: ["broker", "gateway"], style: Style(isColoured: false))
        #expect(plain.line(line, from: "broker", index: 0) == "broker  │ \(line)")
        let coloured = LogPrefix(names: ["broker", "gateway"], style: Style(isColoured: true))
        #expect(coloured.line(line, from: "broker", index: 0).contains("\u{1B}[33mwarning\u{1B}[0m"))
    }
}
