/// What the query of a callback's URL says about its event, because whoever registered the URL wrote it there.
///
/// The signature covers the query, so it is as good as the body. Only texts of letters and digits count, other values as
/// if they were not there: `dial` becomes `dialId`, `leg` stays `leg`, `task` becomes `taskSid`.
public struct WebhookMarks: Hashable, Sendable {
    /// Bytes of one value.
    public static let maxBytes = 64
    /// Query names and the data's members, in the order in which they are written.
    static let members: [(query: String, member: String)] = [("dial", "dialId"), ("leg", "leg"), ("task", "taskSid")]

    /// No marks.
    public static let none = WebhookMarks(values: [])

    /// Members and values that are written.
    let values: [(member: String, value: String)]

    private init(values: [(member: String, value: String)]) { self.values = values }

    /// Reads the marks of a request.
    ///
    /// - Parameter target: Path and query as sent; of a repeated name the first one counts.
    public init(target: String) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            self = .none
            return
        }
        let pairs = target[target.utf8.index(after: mark)...].split(separator: "&")
            .map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        values = Self.members.compactMap { query, member in
            guard let pair = pairs.first(where: { $0[0] == query }), pair.count == 2, Self.isValue(pair[1]) else {
                return nil
            }
            return (member, String(pair[1]))
        }
    }

    private static func isValue(_ text: Substring) -> Bool {
        (1...maxBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: false
                }
            }
    }

    public static func == (left: WebhookMarks, right: WebhookMarks) -> Bool {
        left.values.elementsEqual(right.values) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for (member, value) in values {
            hasher.combine(member)
            hasher.combine(value)
        }
    }
}
