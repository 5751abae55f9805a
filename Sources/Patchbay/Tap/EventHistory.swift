import Events
import Wire

/// What a tap reads the past from: the Broker, or a list in tests.
protocol EventHistory: Sendable {
    /// The lowest offset that is kept, and the one behind the newest.
    func bounds() async throws -> (first: UInt64, end: UInt64)

    /// Events in journal order, and where to read on.
    func page(_ request: ReadRequest) async throws -> HistoryPage
}

/// A piece of the past.
struct HistoryPage: Sendable {
    var items: [TapRow.Item]
    /// Where to ask again; equal to `end` when nothing more is on disk.
    var next: UInt64
    var end: UInt64
}

/// One message of the live tap.
struct LiveMessage: Sendable {
    var item: TapRow.Item
    var previous: UInt64
    /// `data.end` of a `sys.tap.head`.
    var head: UInt64?
    /// Whether the document was too long for the tap and only says so.
    var isStub: Bool

    /// Topic of the heads.
    static let headTopic = "sys.tap.head"

    init(topic: String, offset: UInt64, time: UInt64, previous: UInt64, document: [UInt8]) {
        let event = try? CloudEventJSON.decode(document)
        item = TapRow.Item(
            offset: offset, time: time, topic: topic, key: event?.key.text ?? "", event: event, document: document)
        self.previous = previous
        head = topic == Self.headTopic ? event?.data.json?["end"]?.integer.map { UInt64(max(0, $0)) } : nil
        isStub = Self.isStub(document)
    }

    /// Stubs are short, and say so in their data.
    private static func isStub(_ document: [UInt8]) -> Bool {
        guard document.count < 2_048, document.firstRange(of: marker) != nil else { return false }
        return (try? JSONValue(parsing: document))?["data"]?["stub"]?.bool ?? false
    }

    private static let marker = Array(#""stub""#.utf8)
}
