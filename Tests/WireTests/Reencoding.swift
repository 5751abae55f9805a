import Wire

/// Decodes a body and writes it again, by the type of its message.
enum Reencoding {
    /// The body written again; JSON bodies are decoded into their message and compared by it, so they come back as they are.
    static func body(_ type: FrameType, _ body: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        var out: [UInt8] = []
        switch type {
        case .ping, .pong, .goodbye, .resume: break
        case .publish: try publish(body, into: &out)
        case .credit: try CreditBody(body).encode(into: &out)
        case .settle: try settle(body, into: &out)
        case .settled: try SettledBody(body).encode(into: &out)
        case .call, .request:
            let call = try CallBody(body)
            CallBody.encode(
                deadline: call.deadline, service: call.service, payload: call.payload, into: &out)
        case .reply, .replied:
            let reply = try ReplyBody(body)
            ReplyBody.encode(reply.status, payload: reply.payload, into: &out)
        case .mapGet: try MapGetBody(body).encode(into: &out)
        case .mapList: try MapListBody(body).encode(into: &out)
        case .mapValue, .mapEntries:
            let page = try MapEntriesBody.decode(body)
            MapEntriesBody.encode(page.entries, hasMore: page.hasMore, into: &out)
        case .published:
            var reader = ByteReader(body)
            PublishedBody.encode(try PublishedBody.decode(&reader), into: &out)
        case .deliver: try deliver(body, into: &out)
        case .records: try records(body, into: &out)
        case .slices: try slices(body, into: &out)
        case .revoked: try revoked(body, into: &out)
        case .leave:
            var reader = ByteReader(body)
            out.put(u32: reader.u32())
            guard reader.isValid else { throw .truncated(what: "leave") }
        case .hello: try json(Hello.self, body, into: &out)
        case .welcome: try json(Welcome.self, body, into: &out)
        case .close, .failure: try json(Failure.self, body, into: &out)
        case .join: try json(JoinRequest.self, body, into: &out)
        case .joined: try json(Joined.self, body, into: &out)
        case .serve: try json(ServeRequest.self, body, into: &out)
        case .unserve: try json(UnserveRequest.self, body, into: &out)
        case .read: try json(ReadRequest.self, body, into: &out)
        case .admin: try json(AdminRequest.self, body, into: &out)
        case .done: out = Array(body)
        }
        return out
    }

    /// JSON may be written in more than one way: it is decoded, written, decoded and compared.
    private static func json<Value: Codable & Equatable>(
        _ type: Value.Type, _ body: UnsafeRawBufferPointer, into out: inout [UInt8]
    ) throws(WireError) {
        let value = try ControlJSON.decode(type, from: body)
        let again = try ControlJSON.decode(type, from: ControlJSON.encode(value))
        out = value == again ? Array(body) : ControlJSON.encode(again)
    }

    private static func publish(_ body: UnsafeRawBufferPointer, into out: inout [UInt8])
        throws(WireError)
    {
        var reader = ByteReader(body)
        let count = reader.u32()
        out.put(u32: count)
        for _ in 0..<count {
            guard let record = reader.record() else { throw .truncated(what: "publish") }
            try put(record, into: &out)
        }
        guard reader.isValid else { throw .truncated(what: "publish") }
    }

    /// Writes a record from its parts.
    static func put(_ record: RecordView, into out: inout [UInt8]) throws(WireError) {
        guard let kind = record.kind else { throw .malformed(what: "record kind") }
        out.putRecord(
            kind: kind, flags: record.flags, topic: record.topic, key: record.key, id: record.id,
            payload: record.payload)
    }

    private static func settle(_ body: UnsafeRawBufferPointer, into out: inout [UInt8])
        throws(WireError)
    {
        let settle = try SettleBody(body)
        var reader = ByteReader(settle.publishes)
        let publishes = (0..<settle.publishCount).compactMap { _ in
            reader.record().map { Array($0.bytes) }
        }
        SettleBody.encode(
            subscription: settle.subscription, isAtomic: settle.isAtomic, outcomes: settle.outcomes,
            publishes: publishes, writes: settle.writes, into: &out)
    }

    private static func deliver(_ body: UnsafeRawBufferPointer, into out: inout [UInt8])
        throws(WireError)
    {
        var deliveries: [UInt8] = []
        var count: UInt32 = 0
        let subscription = try DeliverBody.forEach(body) { delivery in
            count += 1
            DeliverBody.putHead(
                delivery: delivery.delivery, offset: delivery.offset, time: delivery.time,
                attempt: delivery.attempt,
                flags: delivery.flags, into: &deliveries)
            deliveries.append(contentsOf: delivery.record.bytes)
        }
        out.put(u32: subscription)
        out.put(u32: count)
        out += deliveries
    }

    private static func records(_ body: UnsafeRawBufferPointer, into out: inout [UInt8])
        throws(WireError)
    {
        var stored: [UInt8] = []
        var count: UInt32 = 0
        let range = try RecordsBody.forEach(body) { record in
            count += 1
            stored.put(u64: record.offset)
            stored.put(u64: record.time)
            stored.append(contentsOf: record.record.bytes)
        }
        out.put(u64: range.next)
        out.put(u64: range.end)
        out.put(u32: count)
        out.put(u32: 0)
        out += stored
    }

    private static func slices(_ body: UnsafeRawBufferPointer, into out: inout [UInt8])
        throws(WireError)
    {
        guard body.count >= 16 else { throw .truncated(what: "slices") }
        out.append(contentsOf: body.slice(0, 16))
        let batches = body.slice(16, body.count - 16)
        guard BatchSlices.forEachBatch(batches, { _, _ in }) == batches.count else { throw .truncated(what: "slices") }
        var position = 0
        while position < batches.count {
            let rest = batches.slice(position, batches.count - position)
            let batch = try batch(rest)
            out += batch
            position += batch.count
        }
    }

    /// The first batch of `bytes`, written again from its header and records.
    static func batch(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        guard let header = BatchHeader(bytes), BatchHeader.isIntact(bytes) else {
            throw .malformed(what: "batch")
        }
        var out = [UInt8](repeating: 0, count: BatchHeader.byteCount)
        let records = bytes.slice(BatchHeader.byteCount, Int(header.length))
        out.withUnsafeMutableBytes { header.encode(into: $0, records: records) }
        out.append(contentsOf: records)
        return out
    }

    private static func revoked(_ body: UnsafeRawBufferPointer, into out: inout [UInt8])
        throws(WireError)
    {
        var reader = ByteReader(body)
        out.put(u32: reader.u32())
        let count = reader.u32()
        out.put(u32: count)
        guard reader.isValid else { throw .truncated(what: "revoked") }
        for _ in 0..<count {
            out.put(u64: reader.u64())
            guard reader.isValid else { throw .truncated(what: "revoked") }
        }
    }
}
