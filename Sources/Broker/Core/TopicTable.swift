import Events
import Wire

/// Small numbers for topics, and the last offset of each: filters are evaluated once per topic, not once per event.
///
/// Shared by the core and its ``RecordSource``; belongs to their thread.
final class TopicTable {
    /// The number of records without a topic.
    static let none: UInt32 = 0

    private var numbers: [[UInt8]: UInt32] = [[]: TopicTable.none]
    private(set) var names: [[UInt8]] = [[]]
    /// Offset of the newest durable record per topic; `UInt64.max` when none is known.
    private(set) var lastOffsets: [UInt64] = [.max]
    private var lastLookup: (name: [UInt8], number: UInt32) = ([], TopicTable.none)
    private let limit: Int

    /// - Parameter limit: Topics that are told apart; publishing to more is refused (`max_topics`).
    init(limit: Int) { self.limit = limit }

    var count: Int { names.count - 1 }

    /// The number of `topic`, given to it now if it is new, or nil when it is not a topic or there are too many.
    func number(of topic: UnsafeRawBufferPointer) -> UInt32? {
        if topic.count == lastLookup.name.count, lastLookup.name.elementsEqual(topic) { return lastLookup.number }
        let name = Array(topic)
        let number: UInt32
        if let known = numbers[name] {
            number = known
        } else {
            guard names.count <= limit, (try? Topic(String(decoding: name, as: UTF8.self))) != nil else { return nil }
            number = UInt32(names.count)
            numbers[name] = number
            names.append(name)
            lastOffsets.append(.max)
        }
        lastLookup = (name, number)
        return number
    }

    /// Notes that `offset` is the newest on topic `number`.
    /// - Returns: The one before it.
    @inline(__always)
    func advance(_ number: UInt32, to offset: UInt64) -> UInt64 {
        let previous = lastOffsets[Int(number)]
        lastOffsets[Int(number)] = offset
        return previous
    }
}
