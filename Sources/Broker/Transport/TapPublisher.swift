import CPlatform
import Events
import Wire
import ZeroMQ

/// Shows durable records to whoever watches: an XPUB that never waits for a subscriber.
final class TapPublisher {
    /// Documents above it are shown as a stub, bytes.
    static let documentLimit = 64 << 10
    /// How often `sys.tap.head` is sent, nanoseconds.
    static let headInterval: UInt64 = 1_000_000_000

    /// Subscriptions that are taken before other work gets its turn.
    static let messagesPerTurn = 64
    /// Different prefixes that are watched; further ones show nothing.
    static let prefixLimit = 4_096

    private let socket: ZeroMQSocket
    private let frame = ZeroMQFrame()
    private let topics: TopicTable
    private var prefixes: Set<[UInt8]> = []
    /// Per topic number: 0 not asked yet, 1 nobody wants it, 2 somebody does.
    private var wanted: [UInt8] = []
    private var head: [UInt8] = []
    private var nextHead: UInt64 = 0
    private(set) var sent: UInt64 = 0

    init(_ socket: ZeroMQSocket, topics: TopicTable) {
        self.socket = socket
        self.topics = topics
    }

    var subscriptions: Int { prefixes.count }

    /// Takes subscriptions that arrived.
    func receiveSubscriptions() {
        var count = 0
        while count < TapPublisher.messagesPerTurn, socket.receive(into: frame) {
            count += 1
            let bytes = frame.bytes
            let prefix = Array(bytes.dropFirst())
            switch bytes.first {
            case 1 where prefixes.count < TapPublisher.prefixLimit: prefixes.insert(prefix)
            case 0: prefixes.remove(prefix)
            default: continue
            }
            wanted = []
        }
    }

    /// Shows a batch; keeps the chain of offsets per topic whether somebody watches or not.
    func show(_ batch: StoredBatch) {
        let isWatched = !prefixes.isEmpty
        // Runs of one topic are the rule: what belongs to the topic is looked up once for the run.
        var topic = TopicTable.none
        var isShown = false
        var last: UInt64 = 0
        batch.bytes.withUnsafeBytes { bytes in
            for place in batch.index.indices where batch.index[place].topic != TopicTable.none {
                let index = batch.index[place]
                let offset = batch.base + UInt64(place)
                var previous = last
                if index.topic != topic {
                    if topic != TopicTable.none { _ = topics.advance(topic, to: last) }
                    topic = index.topic
                    isShown = isWatched && isWanted(topic)
                    previous = topics.advance(topic, to: offset)
                }
                last = offset
                guard isShown, let record = RecordView(in: bytes, at: Int(index.position)) else { continue }
                show(record, offset: offset, time: batch.time, previous: previous)
            }
        }
        if topic != TopicTable.none { _ = topics.advance(topic, to: last) }
    }

    private func isWanted(_ topic: UInt32) -> Bool {
        let place = Int(topic)
        if place >= wanted.count { wanted.append(contentsOf: repeatElement(0, count: place + 1 - wanted.count)) }
        if wanted[place] == 0 {
            let name = topics.names[place]
            wanted[place] = prefixes.contains { name.starts(with: $0) } ? 2 : 1
        }
        return wanted[place] == 2
    }

    private func show(_ record: RecordView, offset: UInt64, time: UInt64, previous: UInt64) {
        let isPlain = record.kind == .event && record.payload.count <= TapPublisher.documentLimit
        let document = isPlain ? nil : stub(record, offset: offset, time: time)
        send(topic: record.topic, offset: offset, time: time, previous: previous) {
            if let document { document.withUnsafeBytes { socket.send($0) } } else { socket.send(record.payload) }
        }
    }

    private func send(
        topic: UnsafeRawBufferPointer, offset: UInt64, time: UInt64, previous: UInt64,
        document: () -> ZeroMQSocket.SendResult
    ) {
        guard socket.send(topic, more: true) == .sent else { return }
        let numbers = (offset.bigEndian, time.bigEndian, previous.bigEndian)
        guard withUnsafeBytes(of: numbers, { socket.send($0, more: true) }) == .sent else { return }
        _ = document()
        sent += 1
    }

    /// The document of a map change, or of an event that is too large to be shown to everybody.
    private func stub(_ record: RecordView, offset: UInt64, time: UInt64) -> [UInt8] {
        var writer = JSONWriter()
        writer.raw(#"{"specversion":"1.0","id":""#)
        writer.raw(Array(String(offset).utf8))
        writer.raw(#"","source":"/broker","type":"#)
        writer.string(record.topic)
        writer.raw(#","time":"#)
        writer.timestamp(Timestamp(unixNanoseconds: time))
        writer.raw(#","subject":"#)
        writer.string(record.key)
        writer.raw(#","data":{"#)
        switch record.kind {
        case .mapPut: writer.raw(#""operation":"put","#)
        case .mapDelete: writer.raw(#""operation":"delete","#)
        default: writer.raw(#""stub":true,"#)
        }
        writer.raw(#""offset":"#)
        writer.raw(Array(String(offset).utf8))
        writer.raw(#","bytes":"#)
        writer.raw(Array(String(record.payload.count).utf8))
        writer.raw("}}")
        return writer.bytes
    }

    /// Says where the journal ends, once a second.
    func showHead(end: UInt64, now: UInt64, time: UInt64) {
        guard now >= nextHead else { return }
        nextHead = now + TapPublisher.headInterval
        guard !prefixes.isEmpty else { return }
        var writer = JSONWriter()
        writer.raw(#"{"specversion":"1.0","id":"head-"#)
        writer.raw(Array("\(end)-\(time)".utf8))
        writer.raw(#"","source":"/broker","type":"sys.tap.head","time":"#)
        writer.timestamp(Timestamp(unixNanoseconds: time))
        writer.raw(#","data":{"end":"#)
        writer.raw(Array(String(end).utf8))
        writer.raw("}}")
        let document = writer.bytes
        Array("sys.tap.head".utf8).withUnsafeBytes { topic in
            send(topic: topic, offset: end, time: time, previous: .max) {
                document.withUnsafeBytes { socket.send($0) }
            }
        }
    }
}
