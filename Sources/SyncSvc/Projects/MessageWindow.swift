import TwilioREST

/// Finds the oldest messages above an index in a list that can only be walked from one end.
///
/// From the start when nothing is known, from the end otherwise: then, of all that is above the index, only as many of
/// the oldest are held as are asked for.
struct MessageWindow {
    /// Entries of a page at most; the provider's limit.
    static let pageLimit = 100
    /// Entries of a page when the tail is walked: mostly few messages are new.
    static let tailPage = 50

    let index: Int
    let limit: Int
    /// In walking order.
    private var found: [ProjectMessage] = []
    private var isCut = false

    init(after index: Int, limit: Int) {
        self.index = index
        self.limit = limit
    }

    private var isFromStart: Bool { index < 0 }
    var order: ListOrder { isFromStart ? .ascending : .descending }
    var pageSize: Int { isFromStart ? min(limit + 1, Self.pageLimit) : Self.tailPage }

    /// Takes a page; true when the walk may end.
    mutating func take(_ page: [ProjectMessage]) -> Bool {
        for message in page {
            if message.index <= index {
                if isFromStart { continue }
                return true
            }
            found.append(message)
            guard found.count > limit else { continue }
            isCut = true
            if isFromStart {
                found.removeLast()
                return true
            }
        }
        if found.count > limit { found.removeFirst(found.count - limit) }
        return false
    }

    /// What was found, in order.
    var list: MessageList {
        MessageList(messages: isFromStart ? found : found.suffix(limit).reversed(), hasMore: isCut)
    }
}
