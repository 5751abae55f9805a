/// One event in a delivery, not copied.
///
/// Layout: `u64 delivery, u64 offset, u64 time ns, u16 attempt, u16 flags, record`.
public struct DeliveryView {
    /// Bytes before the record.
    public static let headerBytes = 28
    /// Flag: an operator asked for this delivery of a dead letter.
    public static let redrivenFlag: UInt16 = 1

    /// Names this delivery within the Broker's epoch; what `settle` carries.
    public var delivery: UInt64
    public var offset: UInt64
    /// When the journal took it, nanoseconds since 1970.
    public var time: UInt64
    /// 1 for the first.
    public var attempt: UInt16
    public var flags: UInt16
    public var record: RecordView
}

/// Body of `deliver`: `u32 subscription, u32 count`, then that many ``DeliveryView``s.
public enum DeliverBody {
    /// Where the count is, from the start of the frame.
    public static let countPosition = FrameHeader.byteCount + 4

    /// Appends the head of one delivery; its record follows.
    @inlinable public static func putHead(
        delivery: UInt64, offset: UInt64, time: UInt64, attempt: UInt16, flags: UInt16, into out: inout [UInt8]
    ) {
        out.put(u64: delivery)
        out.put(u64: offset)
        out.put(u64: time)
        out.put(u16: attempt)
        out.put(u16: flags)
    }

    /// Calls `body` with each delivery of a frame's body.
    /// - Returns: The subscription.
    @discardableResult
    public static func forEach(
        _ bytes: UnsafeRawBufferPointer, _ body: (DeliveryView) -> Void
    ) throws(WireError) -> UInt32 {
        var reader = ByteReader(bytes)
        let subscription = reader.u32()
        let count = reader.u32()
        for _ in 0..<count {
            let delivery = reader.u64()
            let offset = reader.u64()
            let time = reader.u64()
            let attempt = reader.u16()
            let flags = reader.u16()
            guard let record = reader.record() else { throw .truncated(what: "delivery") }
            body(
                DeliveryView(
                    delivery: delivery, offset: offset, time: time, attempt: attempt, flags: flags, record: record))
        }
        guard reader.isValid else { throw .truncated(what: "delivery") }
        return subscription
    }
}

/// Body of `credit`: `u32 subscription, u32 events, u64 bytes`, both added to what is left.
public struct CreditBody: Equatable, Sendable {
    public var subscription: UInt32
    public var events: UInt32
    public var bytes: UInt64

    public init(subscription: UInt32, events: UInt32, bytes: UInt64) {
        self.subscription = subscription
        self.events = events
        self.bytes = bytes
    }

    /// Appends it.
    public func encode(into out: inout [UInt8]) {
        out.put(u32: subscription)
        out.put(u32: events)
        out.put(u64: bytes)
    }

    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        self.init(subscription: reader.u32(), events: reader.u32(), bytes: reader.u64())
        guard reader.isValid else { throw .truncated(what: "credit") }
    }
}
