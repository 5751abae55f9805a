import Wire

/// Payload of a settlement record: which deliveries of a group came to an end, and which failed once more.
///
/// Layout: `u64 floor, u32 settled, u32 failed`, settled × `u64 offset`, failed × (`u64 offset, u16 attempts`).
struct SettlementRecord: Equatable {
    /// Everything below it that the group's filters match is settled.
    var floor: UInt64 = 0
    var settled: [UInt64] = []
    var failed: [Failed] = []

    struct Failed: Equatable {
        var offset: UInt64
        var attempts: UInt16
    }

    var isEmpty: Bool { settled.isEmpty && failed.isEmpty }

    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(16 + settled.count * 8 + failed.count * 10)
        out.put(u64: floor)
        out.put(u32: UInt32(settled.count))
        out.put(u32: UInt32(failed.count))
        for offset in settled { out.put(u64: offset) }
        for entry in failed {
            out.put(u64: entry.offset)
            out.put(u16: entry.attempts)
        }
        return out
    }

    init() {}

    init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        floor = reader.u64()
        let settledCount = Int(reader.u32())
        let failedCount = Int(reader.u32())
        guard reader.isValid, reader.remaining == settledCount * 8 + failedCount * 10 else { return nil }
        settled.reserveCapacity(settledCount)
        for _ in 0..<settledCount { settled.append(reader.u64()) }
        for _ in 0..<failedCount { failed.append(Failed(offset: reader.u64(), attempts: reader.u16())) }
    }
}

/// A delivery that was given up: payload of a dead letter record, and what the group keeps of it.
///
/// Layout: `u64 offset, u64 time, u16 attempts, u16 reason length, u16 history entries, u16 0, reason`,
/// history × (`u16 length, text`), the event's record.
struct DeadLetter: Equatable, Sendable {
    /// Attempts whose outcome is kept.
    static let historyLimit = 16
    /// Bytes of one reason.
    static let reasonBytes = 1_024

    /// A reason that is kept whole, also with the attempt named before it.
    static func clipped(_ reason: String) -> String {
        let limit = reasonBytes - 24
        return reason.utf8.count <= limit ? reason : String(decoding: reason.utf8.prefix(limit), as: UTF8.self)
    }

    var offset: UInt64
    var time: UInt64
    var attempts: UInt16
    var reason: String
    var history: [String]
    /// The event as it was published.
    var record: [UInt8]

    var bytes: [UInt8] {
        let reasonText = Array(reason.utf8.prefix(DeadLetter.reasonBytes))
        let entries = history.suffix(DeadLetter.historyLimit).map { Array($0.utf8.prefix(DeadLetter.reasonBytes)) }
        var out: [UInt8] = []
        out.put(u64: offset)
        out.put(u64: time)
        out.put(u16: attempts)
        out.put(u16: UInt16(reasonText.count))
        out.put(u16: UInt16(entries.count))
        out.put(u16: 0)
        out.append(contentsOf: reasonText)
        for entry in entries {
            out.put(u16: UInt16(entry.count))
            out.append(contentsOf: entry)
        }
        out.append(contentsOf: record)
        return out
    }

    init(offset: UInt64, time: UInt64, attempts: UInt16, reason: String, history: [String], record: [UInt8]) {
        self.offset = offset
        self.time = time
        self.attempts = attempts
        self.reason = reason
        self.history = history
        self.record = record
    }

    init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        offset = reader.u64()
        time = reader.u64()
        attempts = reader.u16()
        let reasonLength = Int(reader.u16())
        let entries = Int(reader.u16())
        reader.skip(2)
        reason = reader.text(reasonLength)
        history = []
        for _ in 0..<entries {
            let length = Int(reader.u16())
            history.append(reader.text(length))
        }
        guard let view = reader.record() else { return nil }
        record = Array(view.bytes)
    }

    /// Hash of the event's ordering key.
    var keyHash: UInt64 {
        record.withUnsafeBytes { RecordView(in: $0, at: 0).map { KeyHash.key($0.key) } ?? 0 }
    }
}

/// Payload of a redrive record: `u64 offset` of the event, which also names the dead letter, then the event's record.
enum RedriveRecord {
    /// The event that a record delivers, and its offset: its own, or for a redrive that of the original.
    static func event(in record: RecordView, at offset: UInt64) -> (offset: UInt64, record: RecordView) {
        record.kind == .redrive ? read(record.payload) ?? (offset, record) : (offset, record)
    }

    static func bytes(of letter: DeadLetter) -> [UInt8] {
        var out: [UInt8] = []
        out.put(u64: letter.offset)
        out.append(contentsOf: letter.record)
        return out
    }

    static func read(_ payload: UnsafeRawBufferPointer) -> (offset: UInt64, record: RecordView)? {
        guard payload.count > 8, let record = RecordView(in: payload, at: 8) else { return nil }
        return (payload.u64(at: 0), record)
    }
}
