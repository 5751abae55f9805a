import Wire

/// A message of the Broker, decoded.
enum Message {
    case welcome(Welcome)
    case pong
    case close(Failure)
    case published([PublishRun])
    case joined(Joined)
    case deliver(subscription: UInt32, [Delivered])
    case settled(SettledBody)
    case revoked(subscription: UInt32, [UInt64])
    case replied(ReplyStatus, [UInt8])
    case request(number: UInt64, service: String, deadlineMs: UInt32, payload: [UInt8])
    case entries([MapEntry], hasMore: Bool)
    case records(next: UInt64, end: UInt64, [Delivered])
    case done([UInt8])
    case failure(Failure)

    /// Decodes a frame; throws what a client would meet.
    init(_ frame: [UInt8]) throws(WireError) {
        let result = frame.withUnsafeBytes { bytes in
            Result { () throws(WireError) in
                try Message(
                    try FrameHeader(bytes),
                    bytes.slice(FrameHeader.byteCount, bytes.count - FrameHeader.byteCount))
            }
        }
        self = try result.get()
    }

    private init(_ header: FrameHeader, _ body: UnsafeRawBufferPointer) throws(WireError) {
        switch header.type {
        case .welcome: self = .welcome(try ControlJSON.decode(Welcome.self, from: body))
        case .pong: self = .pong
        case .close: self = .close(try ControlJSON.decode(Failure.self, from: body))
        case .joined: self = .joined(try ControlJSON.decode(Joined.self, from: body))
        case .settled: self = .settled(try SettledBody(body))
        case .done: self = .done(Array(body))
        case .failure: self = .failure(try ControlJSON.decode(Failure.self, from: body))
        case .published:
            var reader = ByteReader(body)
            self = .published(try PublishedBody.decode(&reader))
        case .deliver:
            var deliveries: [Delivered] = []
            let subscription = try DeliverBody.forEach(body) { deliveries.append(Delivered($0)) }
            self = .deliver(subscription: subscription, deliveries)
        case .revoked:
            var reader = ByteReader(body)
            let subscription = reader.u32()
            let count = reader.u32()
            self = .revoked(subscription: subscription, (0..<count).map { _ in reader.u64() })
        case .replied:
            let reply = try ReplyBody(body)
            self = .replied(reply.status, Array(reply.payload))
        case .request:
            let call = try CallBody(body)
            self = .request(
                number: header.ref, service: call.service, deadlineMs: call.deadline,
                payload: Array(call.payload))
        case .mapValue, .mapEntries:
            let page = try MapEntriesBody.decode(body)
            self = .entries(page.entries, hasMore: page.hasMore)
        case .records:
            var stored: [Delivered] = []
            let range = try RecordsBody.forEach(body) { stored.append(Delivered($0)) }
            self = .records(next: range.next, end: range.end, stored)
        default: throw .unknownType(header.type.rawValue)
        }
    }

    /// The failure's code, when this is one.
    var code: String? {
        switch self {
        case .failure(let failure), .close(let failure): failure.code
        default: nil
        }
    }
}

/// An event as a client received it.
struct Delivered: Equatable {
    var id: UInt64 = 0
    var offset: UInt64
    var attempt: UInt16 = 0
    var isRedriven = false
    var event: SampleEvent

    init(_ view: DeliveryView) {
        id = view.delivery
        offset = view.offset
        attempt = view.attempt
        isRedriven = view.flags & DeliveryView.redrivenFlag != 0
        event = SampleEvent(view.record)
    }

    init(_ view: StoredRecordView) {
        offset = view.offset
        event = SampleEvent(view.record)
    }
}
