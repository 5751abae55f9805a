/// What a member decided about one delivery.
///
/// Layout: `u64 delivery, u8 kind, u8 0, u16 reason length, u32 delay ms, reason`.
public struct Outcome: Equatable, Sendable {
    /// JetStream's words.
    public enum Kind: UInt8, Sendable {
        /// Done: never delivered again to this group.
        case ack = 1
        /// Failed: deliver again, `delay` milliseconds from now at the earliest.
        case nak = 2
        /// Give up at once: into the dead letters.
        case term = 3
        /// Still at work: `ack_wait` starts anew.
        case inProgress = 4
    }

    public var delivery: UInt64
    public var kind: Kind
    /// Milliseconds, for `nak`; 0 means the group's backoff.
    public var delay: UInt32
    /// For the dead letters; at most 1,024 bytes are kept.
    public var reason: String

    public init(delivery: UInt64, kind: Kind, delay: UInt32 = 0, reason: String = "") {
        self.delivery = delivery
        self.kind = kind
        self.delay = delay
        self.reason = reason
    }
}

/// One write to a map.
///
/// Layout: `u8 operation, u8 condition, u16 map length, u16 key length, u16 0, u32 value length, u64 revision,
/// u64 ttl ms, map, key, value`.
public struct MapWrite: Equatable, Sendable {
    public enum Operation: UInt8, Sendable {
        case put = 1
        case delete = 2
    }

    public var operation: Operation
    public var map: String
    public var key: String
    public var value: [UInt8]
    /// Write only if the entry is at this revision (0: only if there is none); nil writes whatever is there.
    public var expectedRevision: UInt64?
    /// Milliseconds until the entry expires; 0 never.
    public var ttl: UInt64

    public init(
        _ operation: Operation, map: String, key: String, value: [UInt8] = [], expectedRevision: UInt64? = nil,
        ttl: UInt64 = 0
    ) {
        self.operation = operation
        self.map = map
        self.key = key
        self.value = value
        self.expectedRevision = expectedRevision
        self.ttl = ttl
    }
}

/// Body of `settle`: outcomes, publishes and map writes that are journalled as one batch.
///
/// Layout: `u32 subscription (0: none), u16 flags (bit 0: atomic), u16 0, u32 outcomes, u32 publishes, u32 writes`,
/// then the ``Outcome``s, the records, the ``MapWrite``s. With the atomic flag everything is done or nothing; without
/// it, publishes and writes are not allowed and each outcome stands alone.
public struct SettleBody {
    /// Flag: all or nothing.
    public static let atomicFlag: UInt16 = 1

    public var subscription: UInt32
    public var isAtomic: Bool
    public var outcomes: [Outcome]
    /// The records to publish, encoded one after the other; they must outlive the body.
    public var publishes: UnsafeRawBufferPointer
    public var publishCount: Int
    public var writes: [MapWrite]

    /// Reads a body; `publishes` points into `bytes`.
    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        subscription = reader.u32()
        isAtomic = reader.u16() & SettleBody.atomicFlag != 0
        reader.skip(2)
        let outcomeCount = Int(reader.u32())
        publishCount = Int(reader.u32())
        let writeCount = Int(reader.u32())
        guard reader.isValid, outcomeCount <= reader.remaining / 16, writeCount <= reader.remaining / 28 else {
            throw .truncated(what: "settle")
        }
        outcomes = try SettleBody.outcomes(&reader, count: outcomeCount)
        let start = reader.position
        for _ in 0..<publishCount {
            guard let record = reader.record(), record.kind == .event else { throw .malformed(what: "settle publish") }
        }
        publishes = bytes.slice(start, reader.position - start)
        writes = try SettleBody.writes(&reader, count: writeCount)
        guard reader.isValid, reader.remaining == 0 else { throw .malformed(what: "settle") }
    }

    private static func outcomes(_ reader: inout ByteReader, count: Int) throws(WireError) -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(count)
        for _ in 0..<count {
            let delivery = reader.u64()
            guard let kind = Outcome.Kind(rawValue: reader.u8()) else { throw .malformed(what: "settle outcome") }
            reader.skip(1)
            let reasonLength = Int(reader.u16())
            let delay = reader.u32()
            let reason = reasonLength == 0 ? "" : reader.text(reasonLength)
            outcomes.append(Outcome(delivery: delivery, kind: kind, delay: delay, reason: reason))
        }
        return outcomes
    }

    private static func writes(_ reader: inout ByteReader, count: Int) throws(WireError) -> [MapWrite] {
        var writes: [MapWrite] = []
        for _ in 0..<count {
            guard let operation = MapWrite.Operation(rawValue: reader.u8()) else { throw .malformed(what: "map write") }
            let isConditional = reader.u8() == 1
            let mapLength = Int(reader.u16())
            let keyLength = Int(reader.u16())
            reader.skip(2)
            let valueLength = Int(reader.u32())
            let revision = reader.u64()
            let ttl = reader.u64()
            let map = reader.text(mapLength)
            let key = reader.text(keyLength)
            let value = Array(reader.raw(valueLength))
            writes.append(
                MapWrite(
                    operation, map: map, key: key, value: value, expectedRevision: isConditional ? revision : nil,
                    ttl: ttl))
        }
        return writes
    }

    /// Appends a body to `out`; `publishes` are whole records.
    public static func encode(
        subscription: UInt32, isAtomic: Bool, outcomes: [Outcome], publishes: [[UInt8]] = [], writes: [MapWrite] = [],
        into out: inout [UInt8]
    ) {
        out.put(u32: subscription)
        out.put(u16: isAtomic ? atomicFlag : 0)
        out.put(u16: 0)
        out.put(u32: UInt32(outcomes.count))
        out.put(u32: UInt32(publishes.count))
        out.put(u32: UInt32(writes.count))
        for outcome in outcomes { encode(outcome, into: &out) }
        for record in publishes { out.append(contentsOf: record) }
        for write in writes { encode(write, into: &out) }
    }

    @inline(__always)
    private static func encode(_ outcome: Outcome, into out: inout [UInt8]) {
        out.put(u64: outcome.delivery)
        out.put(u8: outcome.kind.rawValue)
        out.put(u8: 0)
        if outcome.reason.isEmpty {
            out.put(u16: 0)
            out.put(u32: outcome.delay)
            return
        }
        let reason = Array(outcome.reason.utf8.prefix(1_024))
        out.put(u16: UInt16(reason.count))
        out.put(u32: outcome.delay)
        out.append(contentsOf: reason)
    }

    private static func encode(_ write: MapWrite, into out: inout [UInt8]) {
        out.put(u8: write.operation.rawValue)
        out.put(u8: write.expectedRevision == nil ? 0 : 1)
        out.put(u16: UInt16(write.map.utf8.count))
        out.put(u16: UInt16(write.key.utf8.count))
        out.put(u16: 0)
        out.put(u32: UInt32(write.value.count))
        out.put(u64: write.expectedRevision ?? 0)
        out.put(u64: write.ttl)
        out.put(write.map)
        out.put(write.key)
        out.append(contentsOf: write.value)
    }
}
