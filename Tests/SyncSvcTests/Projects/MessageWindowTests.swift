import Events
import Testing
import TwilioREST

@testable import SyncSvc

@Suite struct MessageWindowTests {
    /// Walks a list of messages with these indices as a provider pages it.
    func walk(_ indices: [Int], after index: Int, limit: Int, pageSize: Int) throws -> (list: MessageList, pages: Int) {
        var window = MessageWindow(after: index, limit: limit)
        var messages = try indices.sorted().map { index in
            let hex = String(index, radix: 16)
            let sid = try MessageSID("IM" + String(repeating: "0", count: 32 - hex.count) + hex)
            return ProjectMessage(sid: sid, index: index, attributes: JSONObject())
        }
        if window.order == .descending { messages.reverse() }
        var pages = 0
        while !messages.isEmpty {
            pages += 1
            let isDone = window.take(Array(messages.prefix(pageSize)))
            messages.removeFirst(min(pageSize, messages.count))
            if isDone { break }
        }
        return (window.list, pages)
    }

    @Test("The oldest messages above any index are found, in order, whatever the pages", arguments: [1, 3, 10])
    func oldest(pageSize: Int) throws {
        let indices = [0, 1, 2, 5, 6, 9, 10, 11, 12, 20]
        for index in -1...21 {
            for limit in 1...12 {
                let above = indices.filter { $0 > index }
                let list = try walk(indices, after: index, limit: limit, pageSize: pageSize).list
                #expect(list.messages.map(\.index) == Array(above.prefix(limit)), "after \(index), \(limit) at most")
                #expect(list.hasMore == (above.count > limit), "after \(index), \(limit) at most")
            }
        }
    }

    @Test("A short tail of a long conversation takes one page")
    func tail() throws {
        #expect(try walk(Array(0..<1_000), after: 990, limit: 1_000, pageSize: 50).pages == 1)
    }
}
