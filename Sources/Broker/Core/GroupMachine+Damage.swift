import DequeModule
import HeapModule
import Wire

/// Entries whose records cannot be read any more: their keys stand still, others go on.
extension GroupMachine {
    /// The batch that holds an entry's record; where it cannot be read the entry's key is to ``block(_:until:)``.
    mutating func batch(of number: UInt64, in records: inout some RecordSource, now: UInt64) -> StoredBatch? {
        let (offset, key) = (self[entry: number].offset, self[entry: number].key)
        do throws(RecordDamage) {
            let batch = try records.batch(holding: offset)
            if !unreadable.isEmpty, unreadable[key]?.offset == offset { tryAll() }
            return batch
        } catch {
            // Many keys of one rotten place must not keep the disk busy with reads that fail.
            let share = UInt64(1 + unreadable.count / GroupMachine.keysPerRetry)
            unreadable[key] = Standstill(offset: offset, damage: error, until: now &+ GroupMachine.damagedRetry * share)
            return nil
        }
    }

    /// Something was mended: every key that stands still is tried.
    private mutating func tryAll() {
        let standing = unreadable
        unreadable = [:]
        for (key, place) in standing {
            guard var state = keys[key], state.blockedUntil == place.until else { continue }
            state.blockedUntil = 0
            keys[key] = state
            makeReady(key)
        }
    }

    /// Hands nothing of a key out before `until`.
    mutating func block(_ key: UInt64, until: UInt64) {
        guard var state = keys[key] else { return }
        state.blockedUntil = until
        keys[key] = state
        timers.insert(Timer(time: until, key: key))
    }

    /// Why the event of a delivery that ``holds(_:_:)`` cannot be given up now; nil when it can.
    func obstacle(toGivingUp delivery: UInt64, records: inout some RecordSource) -> RecordDamage? {
        let number = deliveries[Int(delivery - deliveryBase)].entry
        do throws(RecordDamage) {
            _ = try records.batch(holding: self[entry: number].offset)
            return nil
        } catch {
            return error
        }
    }
}
