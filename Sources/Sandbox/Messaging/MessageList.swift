/// The messages of one conversation in the order of their index, with gaps where some were removed.
struct MessageList: Sendable {
    private(set) var items: [Message] = []
    /// What the next message gets.
    private(set) var nextIndex = 0

    var last: Message? { items.last }
    var count: Int { items.count }

    mutating func append(_ message: Message) {
        items.append(message)
        nextIndex = message.index + 1
    }

    /// Where a message stands, by binary search: conversations may have hundreds of thousands.
    func position(index: Int) -> Int? {
        let found = firstPosition(from: index)
        return found < items.count && items[found].index == index ? found : nil
    }

    /// The position of the first message whose index is at least `index`.
    func firstPosition(from index: Int) -> Int {
        var low = 0
        var high = items.count
        while low < high {
            let middle = (low + high) / 2
            if items[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    subscript(position: Int) -> Message {
        get { items[position] }
        _modify { yield &items[position] }
    }

    mutating func remove(at position: Int) -> Message {
        items.remove(at: position)
    }

    /// One page, without looking at more than it holds.
    ///
    /// - Parameters:
    ///   - index: The index of the last message of the page before; nil begins at the end that the order says.
    ///   - isDescending: Newest first.
    ///   - limit: Messages at most.
    /// - Returns: The messages, and whether there are more.
    func page(after index: Int?, isDescending: Bool, limit: Int) -> (items: [Message], hasMore: Bool) {
        if isDescending {
            let end = index.map { firstPosition(from: $0) } ?? items.count
            let start = max(0, end - limit)
            return (items[start..<end].reversed(), start > 0)
        }
        let start = index.map { firstPosition(from: $0 == .max ? .max : $0 + 1) } ?? 0
        let end = min(items.count, start + limit)
        return (Array(items[start..<end]), end < items.count)
    }
}
