import Events
import Testing

@testable import Sandbox

@Suite struct MessageListTests {
    private func list(_ indexes: [Int]) -> MessageList {
        var list = MessageList()
        for index in indexes {
            list.append(
                Message(
                    number: SIDNumber(high: 0, low: UInt64(index)), index: index, author: "a",
                    created: TestProject.start, updated: TestProject.start))
        }
        return list
    }

    @Test("Pages in both directions meet every message once, also over gaps")
    func pages() {
        let indexes = [0, 1, 2, 5, 6, 9, 10, 11, 20]
        let messages = list(indexes)
        for limit in 1...10 {
            for isDescending in [false, true] {
                var seen: [Int] = []
                var after: Int?
                var hasMore = true
                while hasMore {
                    let page = messages.page(after: after, isDescending: isDescending, limit: limit)
                    seen += page.items.map(\.index)
                    after = page.items.last?.index
                    hasMore = page.hasMore
                }
                #expect(seen == (isDescending ? indexes.reversed() : indexes), "limit \(limit)")
            }
        }
    }

    @Test("A page begins behind an index that was removed")
    func afterRemoved() {
        let messages = list([0, 1, 5, 6])
        #expect(messages.page(after: 3, isDescending: false, limit: 1).items.map(\.index) == [5])
        #expect(messages.page(after: 3, isDescending: true, limit: 5).items.map(\.index) == [1, 0])
        #expect(messages.position(index: 3) == nil)
        #expect(messages.position(index: 5) == 2)
    }

    @Test("An empty list has an empty page")
    func empty() {
        let page = MessageList().page(after: nil, isDescending: true, limit: 5)
        #expect(page.items.isEmpty && !page.hasMore)
    }
}
