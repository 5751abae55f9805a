import Testing

@testable import Broker

@Suite struct TopicTableTests {
    private func number(_ topic: String, in table: TopicTable) -> UInt32? {
        Array(topic.utf8).withUnsafeBytes { table.number(of: $0) }
    }

    @Test("a topic keeps its number, an empty one has none")
    func numbers() {
        let table = TopicTable(limit: 10)
        #expect(number("a.b", in: table) == 1)
        #expect(number("c", in: table) == 2)
        #expect(number("a.b", in: table) == 1)
        #expect(number("", in: table) == TopicTable.none)
        #expect(table.count == 2)
        #expect(table.names[1] == Array("a.b".utf8))
    }

    @Test(
        "what is not a topic gets no number",
        arguments: ["a..b", ".a", "a.", "a b", "a.*", ">", "ä", "a/b"])
    func invalid(topic: String) {
        let table = TopicTable(limit: 10)
        #expect(number(topic, in: table) == nil)
        #expect(table.count == 0)
    }

    @Test("bytes that are not UTF-8 and topics of 256 bytes get no number")
    func invalidBytes() {
        let table = TopicTable(limit: 10)
        #expect([0xFF, 0xFE].withUnsafeBytes { table.number(of: $0) } == nil)
        #expect(number(String(repeating: "a", count: 255), in: table) == 1)
        #expect(number(String(repeating: "a", count: 256), in: table) == nil)
    }

    @Test("at its limit it knows the old topics and takes no new one")
    func limit() {
        let table = TopicTable(limit: 3)
        for topic in ["a", "b", "c"] { #expect(number(topic, in: table) != nil) }
        #expect(number("d", in: table) == nil)
        #expect(number("b", in: table) == 2)
        #expect(number("d", in: table) == nil)
    }

    @Test("the last offset of a topic is chained")
    func chain() {
        let table = TopicTable(limit: 3)
        let one = number("a", in: table) ?? 0
        let two = number("b", in: table) ?? 0
        #expect(table.advance(one, to: 7) == .max)
        #expect(table.advance(two, to: 8) == .max)
        #expect(table.advance(one, to: 9) == 7)
        #expect(table.lastOffsets[Int(one)] == 9)
    }
}
