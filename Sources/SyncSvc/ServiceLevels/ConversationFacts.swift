import Events
import Twilio

/// Who wrote when in one conversation, and when it was closed: independent of the order in which it became known.
///
/// Copies that the sync made are left out, so that a message counts once, on the side where it was written. Texts are
/// not kept, and phone numbers neither.
struct ConversationFacts: Hashable, Sendable {
    /// The earliest messages that are kept; response times are those of these.
    static let messageLimit = 512
    /// Stands for every phone number.
    static let phone = "+"

    /// One message.
    struct Point: Hashable, Comparable, Sendable {
        var milliseconds: UInt64
        /// An identity as raw text, or ``ConversationFacts/phone``.
        var author: String

        static func < (left: Point, right: Point) -> Bool {
            left.milliseconds != right.milliseconds
                ? left.milliseconds < right.milliseconds : left.author < right.author
        }
    }

    /// Sorted, without repeats.
    private(set) var points: [Point] = []
    private(set) var closed: UInt64?
    /// Whether later messages than the kept ones were there.
    private(set) var isTruncated = false

    init(points: [Point] = [], closed: UInt64? = nil, isTruncated: Bool = false) {
        self.closed = closed
        self.isTruncated = isTruncated
        self.points = points
    }

    /// Takes a `message.added` or `conversation.closed` into account.
    ///
    /// - Returns: Whether anything changed.
    mutating func apply(topic: String, time: Timestamp, data: JSONValue) -> Bool {
        let at = time.unixMilliseconds
        switch topic {
        case "conversation.closed":
            guard at < closed ?? .max else { return false }
            closed = at
            return true
        case "message.added":
            guard data["attributes"]?.object.flatMap(MirrorTag.init) == nil,
                let author = Self.author(data["author"]?.string)
            else {
                return false
            }
            return insert(Point(milliseconds: at, author: author))
        default: return false
        }
    }

    private mutating func insert(_ point: Point) -> Bool {
        var low = points.count
        // Nearly always the newest: look from the end.
        while low > 0, point < points[low - 1] { low -= 1 }
        if low > 0, points[low - 1] == point { return false }
        guard points.count >= Self.messageLimit else {
            points.insert(point, at: low)
            return true
        }
        let wasTruncated = isTruncated
        isTruncated = true
        guard low < points.count else { return !wasTruncated }
        points.insert(point, at: low)
        points.removeLast()
        return true
    }

    /// An identity as its owner has it, whichever dialect spelled it; nil for nobody and for notices of the system.
    static func author(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.lowercased() != "system" else { return nil }
        if text.hasPrefix("+") || text.contains(":+") { return phone }
        return EscapedIdentity(received: text).identity.text
    }
}
