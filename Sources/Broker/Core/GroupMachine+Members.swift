import Wire

/// Joining, credit and leaving.
extension GroupMachine {
    /// Adds a member; nothing is handed out before it grants credit.
    mutating func join(subscription: UInt32, session: UInt32) {
        members.append(Member(subscription: subscription, session: session))
    }

    /// Adds credit, up to what a 32-bit counter of events holds.
    mutating func grant(_ credit: CreditBody) {
        guard let place = place(of: credit.subscription) else { return }
        members[place].credit = min(members[place].credit + Int(credit.events), Int(UInt32.max))
        let bytes = Int(min(credit.bytes, UInt64(UInt32.max)))
        members[place].creditBytes = min(members[place].creditBytes + bytes, Int(UInt32.max))
    }

    /// Notes whether a session reads slower than it grants.
    mutating func setCongested(_ isCongested: Bool, session: UInt32) {
        for place in members.indices where members[place].session == session {
            members[place].isCongested = isCongested
        }
    }

    /// How a member goes.
    enum Leaving {
        /// It said so: what it still held was not begun, or it settles it before.
        case orderly
        /// Its session was lost: for the first event of each key that counts as a failed attempt.
        case lost
    }

    /// Removes a member; what it held goes back to its keys.
    mutating func leave(
        _ subscription: UInt32, _ leaving: Leaving, now: UInt64, time: UInt64, records: inout some RecordSource
    ) {
        guard let place = place(of: subscription) else { return }
        members.remove(at: place)
        let held = keys.values.filter { $0.inFlight > 0 && $0.member == subscription }.map(\.head).sorted()
        for number in held {
            // Under park_key an earlier one of this loop may have taken its followers along.
            guard number >= entryBase, self[entry: number].state == .delivered else { continue }
            switch leaving {
            case .orderly:
                takeBack(from: number, blockedUntil: 0)
                self[entry: number].attempts -= 1
            case .lost:
                fail(number, reason: "its member was lost", delayMs: 1, now: now, time: time, records: &records)
            }
        }
    }

    /// Settles everything below `offset` that is not: the disk is full and this group may lose it.
    mutating func skip(to offset: UInt64, now: UInt64) -> UInt64 {
        var skipped: UInt64 = 0
        while let first = entries.first, first.offset < offset {
            settlement.settled.append(first.offset)
            complete(entryBase, now: now)
            skipped += 1
        }
        if next < offset {
            skipped += offset - next
            next = offset
            isFloorUnsaid = true
            standstill = nil
            for redrive in unreadRedrives.keys where redrive < offset { endRedrive(redrive) }
            restoredSettled = restoredSettled.filter { $0 >= offset }
        }
        skippedAtFloor += skipped
        isDirty = true
        return skipped
    }
}
