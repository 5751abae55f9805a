public import Events
public import Wire

/// One event handed to a member of a group.
///
/// Texts and the document are made when they are asked for, from the frame that all its deliveries share.
public struct Delivery: Sendable {
    let slice: RecordSlice
    let consumer: Consumer?
    let worker: Int

    init(slice: RecordSlice, consumer: Consumer?, worker: Int) {
        self.slice = slice
        self.consumer = consumer
        self.worker = worker
    }

    /// Makes one from its parts, for tests of handlers.
    public init(
        id: UInt64 = 1, offset: UInt64, time: UInt64 = 0, attempt: Int = 1, isRedriven: Bool = false,
        kind: RecordKind = .event, topic: String, key: String, eventID: String, document: [UInt8]
    ) {
        var bytes: [UInt8] = []
        DeliverBody.putHead(
            delivery: id, offset: offset, time: time, attempt: UInt16(clamping: attempt),
            flags: isRedriven ? DeliveryView.redrivenFlag : 0, into: &bytes)
        bytes.putRecord(kind: kind, topic: topic.utf8, key: key.utf8, id: eventID.utf8, payload: document)
        self.init(slice: RecordSlice(bytes: bytes, start: DeliveryView.headerBytes), consumer: nil, worker: 0)
    }

    @inline(__always)
    private func head<Value>(_ body: (UnsafeRawBufferPointer, Int) -> Value) -> Value {
        slice.bytes.withUnsafeBytes { body($0, slice.start - DeliveryView.headerBytes) }
    }

    /// Names this delivery within the Broker's epoch.
    public var id: UInt64 { head { $0.u64(at: $1) } }
    /// The event's place in the journal.
    public var offset: UInt64 { head { $0.u64(at: $1 + 8) } }
    /// When the journal took it, nanoseconds since 1970.
    public var time: UInt64 { head { $0.u64(at: $1 + 16) } }
    /// 1 for the first.
    public var attempt: Int { Int(head { $0.u16(at: $1 + 24) }) }
    /// Whether an operator asked for this delivery of a dead letter.
    public var isRedriven: Bool { head { $0.u16(at: $1 + 26) } & DeliveryView.redrivenFlag != 0 }
    /// An event, or the change of a map entry.
    public var kind: RecordKind { slice.kind }
    public var topic: String { slice.topic }
    /// Ordering key, or the entry's key for the changes of maps.
    public var key: String { slice.key }
    /// `source` LF `id`.
    public var eventID: String { slice.id }
    /// CloudEvents JSON; for the changes of maps see ``mapEntry``.
    public var document: [UInt8] { slice.payload }
    /// What was written, for records of kind `mapPut`.
    public var mapEntry: MapEntry? { slice.mapEntry(at: offset) }

    /// Calls `body` with the document without copying it.
    public func withDocument<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try slice.withView { try body($0.payload) }
    }

    /// Reads the document.
    /// - Throws: ``EventError`` when it is no CloudEvents document.
    public func event() throws(EventError) -> Event { try CloudEventJSON.decode(slice.payload) }

    /// Says that the handler is still at work: `ack_wait` starts anew, here and at the Broker.
    ///
    /// Call it well before `ack_wait` ends, from the handler; a handler that does not is cancelled after four fifths of it.
    public func inProgress() async { consumer?.extend(worker: worker, delivery: id) }
}
