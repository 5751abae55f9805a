import Events

/// Many customers who write at a steady rate: load without the cost of a client for each.
///
/// The rate is kept on average: a turn that comes late writes what is due by then.
struct Crowd: Hashable, Sendable {
    /// How often it writes.
    static let turn = Duration.milliseconds(2)
    /// Messages written in one turn at most; what is due beyond is written in the next ones.
    static let turnLimit = 100
    /// Messages that one call may ask for.
    static let messageLimit = 1_000_000
    /// Messages a second at most.
    static let rateLimit = 20_000

    /// Who writes where, in turn.
    let conversations: [String]
    let messages: Int
    let perSecond: Int
    let began: Timestamp
    private(set) var written = 0

    init(conversations: [String], messages: Int, perSecond: Int, began: Timestamp) {
        self.conversations = conversations
        self.messages = messages
        self.perSecond = perSecond
        self.began = began
    }

    /// The numbers of the messages that are due now.
    mutating func due(now: Timestamp) -> Range<Int> {
        let elapsed = Double(now.unixNanoseconds - min(began.unixNanoseconds, now.unixNanoseconds)) / 1e9
        let total = min(messages, Int(elapsed * Double(perSecond)) + 1)
        let range = written..<min(max(written, total), written + Self.turnLimit)
        written = range.upperBound
        return range
    }

    var isDone: Bool { written == messages || conversations.isEmpty }
}
