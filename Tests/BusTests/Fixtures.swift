import Wire

@testable import Bus

let milliseconds: UInt64 = 1_000_000

func limits(events: Int = 65_536, bytes: Int = 16 << 20, event: Int = 1 << 20, frame: Int = 8 << 20) -> Welcome.Limits {
    Welcome.Limits(maxEventBytes: event, maxFrameBytes: frame, maxUnackedEvents: events, maxUnackedBytes: bytes)
}

func welcome(session: UInt32 = 7, epoch: UInt64 = 3, heartbeatMs: Int = 1_000, limits: Welcome.Limits? = nil) -> Welcome
{
    Welcome(
        version: 1, session: session, journal: String(repeating: "0", count: 32), epoch: epoch, end: 0,
        heartbeatMs: heartbeatMs, limits: limits ?? defaultLimits)
}

private let defaultLimits = limits()

func event(_ number: Int, key: String = "k", bytes: Int = 8) -> OutgoingEvent {
    OutgoingEvent(
        topic: "test.made", key: key, id: "/test\n\(number)", document: [UInt8](repeating: 0x20, count: bytes))
}

/// A `deliver` frame.
func deliverFrame(subscription: UInt32 = 1, _ deliveries: [(id: UInt64, offset: UInt64, key: String)]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.put(FrameHeader(.deliver, session: 7, ref: 0))
    frame.put(u32: subscription)
    frame.put(u32: UInt32(deliveries.count))
    for delivery in deliveries {
        DeliverBody.putHead(
            delivery: delivery.id, offset: delivery.offset, time: 1, attempt: 1, flags: 0, into: &frame)
        frame.putRecord(
            kind: .event, topic: "test.made".utf8, key: delivery.key.utf8, id: "/test\n\(delivery.offset)".utf8,
            payload: "{}".utf8)
    }
    return frame
}

/// Ids of the records in a `publish` frame.
func ids(ofPublish frame: [UInt8]) -> [String] {
    frame.withUnsafeBytes { bytes in
        var reader = ByteReader(bytes, at: FrameHeader.byteCount)
        let count = reader.u32()
        return (0..<count).compactMap { _ in reader.record().map { String(decoding: $0.id, as: UTF8.self) } }
    }
}

func header(of frame: [UInt8]) throws -> FrameHeader { try frame.withUnsafeBytes { try FrameHeader($0) } }

/// The outcomes of a `settle` frame.
func outcomes(of frame: [UInt8]) throws -> [Outcome] {
    try frame.withUnsafeBytes { bytes in
        try SettleBody(UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount...])).outcomes
    }
}
