internal import Wire

/// Consecutive events on their way, already a `publish` frame: only session, sequence number and count are missing.
struct PublishChunk<Waiter: Sendable>: Sendable {
    /// One event of a chunk.
    struct Entry: Sendable {
        /// Names it for cancellation.
        var ticket: UInt64
        /// When it is given up, monotonic nanoseconds; `UInt64.max` never.
        var deadline: UInt64
        /// Bytes of its record.
        var bytes: Int
        /// Who waits; nil when nobody does any more.
        var waiter: Waiter?
    }

    /// Bytes before the first record.
    static var headBytes: Int { FrameHeader.byteCount + PublishBody.headerBytes }

    private(set) var frame: [UInt8]
    var entries: [Entry] = []
    /// Sequence number of its first event in the session in which it was sent.
    var firstSequence: UInt64 = 0
    /// Whether it may be stored already: it was sent in an earlier session that ended before the answer.
    ///
    /// A refusal in a later session does not change that: the Broker refuses without looking.
    var mayBeStored = false

    init() { frame = [UInt8](repeating: 0, count: Self.headBytes) }

    /// Bytes of its records.
    var recordBytes: Int { frame.count - Self.headBytes }
    var isEmpty: Bool { entries.isEmpty }

    /// Forgets its events and keeps its memory.
    mutating func reset() {
        frame.removeLast(recordBytes)
        entries.removeAll(keepingCapacity: true)
        mayBeStored = false
    }

    /// Adds one event; lengths were checked before.
    mutating func append(_ event: OutgoingEvent, ticket: UInt64, deadline: UInt64, waiter: Waiter) {
        let before = frame.count
        var event = event
        let topicBytes = event.topic.utf8.count
        let keyBytes = event.key.utf8.count
        let idBytes = event.id.utf8.count
        let payloadBytes = event.document.count
        let length = RecordView.headerBytes - 4 + topicBytes + keyBytes + idBytes + payloadBytes
        frame.put(u32: UInt32(length))
        frame.put(u32: UInt32(RecordKind.event.rawValue) << 24 | UInt32(topicBytes))
        frame.put(u32: UInt32(keyBytes) << 16 | UInt32(idBytes))
        event.topic.withUTF8 { frame.append(contentsOf: $0) }
        event.key.withUTF8 { frame.append(contentsOf: $0) }
        event.id.withUTF8 { frame.append(contentsOf: $0) }
        event.document.withUnsafeBufferPointer { frame.append(contentsOf: $0) }
        entries.append(Entry(ticket: ticket, deadline: deadline, bytes: frame.count - before, waiter: waiter))
    }

    /// Writes the head for `session`; the frame is then ready to send.
    mutating func seal(session: UInt32, sequence: UInt64) {
        firstSequence = sequence
        frame[0] = FrameHeader.version
        frame[1] = FrameType.publish.rawValue
        frame.set(u32: session, at: 4)
        frame.set(u64: sequence, at: 8)
        frame.set(u32: UInt32(entries.count), at: FrameHeader.byteCount)
    }

    /// Gives up the events that somebody waits for and that `isGivenUp` says, in one pass.
    /// - Parameters:
    ///   - isKept: Whether they stay, without a waiter, because they were sent; else they are taken out.
    ///   - isGivenUp: Asked once about each event that somebody waits for, in order.
    /// - Returns: The given up events, each with its waiter.
    mutating func giveUp(keeping isKept: Bool, _ isGivenUp: (Entry) -> Bool) -> [Entry] {
        var givenUp: [Entry] = []
        var kept = 0
        var from = Self.headBytes
        var to = from
        for index in entries.indices {
            let entry = entries[index]
            let isLeaving = entry.waiter != nil && isGivenUp(entry)
            if isLeaving { givenUp.append(entry) }
            if isLeaving, isKept { entries[index].waiter = nil }
            if !isLeaving || isKept {
                move(entry.bytes, from: from, to: to)
                if kept != index { entries[kept] = entries[index] }
                kept += 1
                to += entry.bytes
            }
            from += entry.bytes
        }
        entries.removeLast(entries.count - kept)
        frame.removeLast(frame.count - to)
        return givenUp
    }

    private mutating func move(_ count: Int, from: Int, to: Int) {
        guard from != to else { return }
        frame.withUnsafeMutableBytes { bytes in
            let source = UnsafeRawBufferPointer(rebasing: bytes[from..<from + count])
            UnsafeMutableRawBufferPointer(rebasing: bytes[to..<to + count]).copyMemory(from: source)
        }
    }

    /// Splits off the first `count` events.
    mutating func splitFirst(_ count: Int) -> PublishChunk {
        var first = PublishChunk()
        let bytes = entries[..<count].reduce(0) { $0 + $1.bytes }
        first.frame.append(contentsOf: frame[Self.headBytes..<Self.headBytes + bytes])
        first.entries = Array(entries[..<count])
        first.mayBeStored = mayBeStored
        frame.removeSubrange(Self.headBytes..<Self.headBytes + bytes)
        entries.removeFirst(count)
        return first
    }

    /// Only the events that `isKept` says, in order.
    func filtered(_ isKept: (Int) -> Bool) -> PublishChunk {
        var kept = PublishChunk()
        kept.mayBeStored = mayBeStored
        var position = Self.headBytes
        for (index, entry) in entries.enumerated() {
            if isKept(index) {
                kept.frame.append(contentsOf: frame[position..<position + entry.bytes])
                kept.entries.append(entry)
            }
            position += entry.bytes
        }
        return kept
    }
}
