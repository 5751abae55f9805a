import DequeModule
import Wire

/// What survives a restart: in the journal as records, in snapshots as one blob.
extension GroupMachine {
    /// The outcomes since the last call, for one settlement record.
    mutating func takeSettlement() -> SettlementRecord? {
        newLetterBytes = 0
        guard !settlement.isEmpty || isFloorUnsaid else { return nil }
        isFloorUnsaid = false
        settlement.floor = floor
        defer { settlement = SettlementRecord() }
        return settlement
    }

    /// Applies a settlement record of the journal, at start.
    mutating func replay(_ record: SettlementRecord) {
        next = max(next, record.floor)
        for offset in record.settled {
            restoredAttempts[offset] = nil
            if offset >= next { restoredSettled.insert(offset) }
        }
        for failed in record.failed { restoredAttempts[failed.offset] = failed.attempts }
        isDirty = true
    }

    /// Forgets what a risen floor covers, after a replay.
    mutating func finishReplay() {
        restoredSettled = restoredSettled.filter { $0 >= next }
        restoredAttempts = restoredAttempts.filter { $0.key >= next }
        for offset in unreadRedrives.keys where offset < next || restoredSettled.contains(offset) { endRedrive(offset) }
    }

    /// Configuration and cursor; dead letters are saved one by one.
    ///
    /// Layout: `u64 floor, u32 settled, u32 attempts, u32 redrives, u32 configuration length`, configuration as JSON,
    /// settled × `u64`, attempts × (`u64 offset, u16 attempts`), redrives × (`u64 offset, u64 key hash`).
    var snapshot: [UInt8] {
        let config = ControlJSON.encode(self.config)
        let settled = entries.filter { $0.state == .settled }.map(\.offset) + passedSettled + restoredSettled.sorted()
        var attempts = restoredAttempts.map { ($0.key, $0.value) }
        for entry in entries where entry.state != .settled {
            let failed = entry.attempts - (entry.state == .delivered ? 1 : 0)
            if failed > 0 { attempts.append((entry.offset, failed)) }
        }
        var out: [UInt8] = []
        out.put(u64: floor)
        out.put(u32: UInt32(settled.count))
        out.put(u32: UInt32(attempts.count))
        out.put(u32: UInt32(unreadRedrives.count))
        out.put(u32: UInt32(config.count))
        out.append(contentsOf: config)
        for offset in settled { out.put(u64: offset) }
        for (offset, count) in attempts {
            out.put(u64: offset)
            out.put(u16: count)
        }
        for (offset, key) in unreadRedrives {
            out.put(u64: offset)
            out.put(u64: key)
        }
        return out
    }

    init?(name: String, snapshot: UnsafeRawBufferPointer, epoch: UInt64) {
        var reader = ByteReader(snapshot)
        let floor = reader.u64()
        let settledCount = Int(reader.u32())
        let attemptCount = Int(reader.u32())
        let redriveCount = Int(reader.u32())
        let configLength = Int(reader.u32())
        guard let config = try? ControlJSON.decode(GroupConfig.self, from: reader.raw(configLength)) else { return nil }
        self.init(name: name, config: config, start: floor, epoch: epoch)
        for _ in 0..<settledCount { restoredSettled.insert(reader.u64()) }
        for _ in 0..<attemptCount {
            let offset = reader.u64()
            restoredAttempts[offset] = reader.u16()
        }
        for _ in 0..<redriveCount {
            let offset = reader.u64()
            awaitRedrive(at: offset, key: reader.u64())
        }
        guard reader.isValid else { return nil }
        isDirty = false
    }
}

/// Payload of a group record: JSON; empty when the group was deleted.
struct GroupRecord: Codable, Equatable {
    var config: GroupConfig
    /// Where the group began to read.
    var start: UInt64
}
