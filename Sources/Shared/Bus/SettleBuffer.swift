internal import Wire

/// Outcomes that wait to be sent, already a `settle` frame: only session, reference, subscription and count are missing.
struct SettleBuffer: Sendable {
    /// Frame header, then `u32 subscription, u16 flags, u16 0, u32 outcomes, u32 publishes, u32 writes`.
    static let headBytes = FrameHeader.byteCount + 20

    private var frame = [UInt8](repeating: 0, count: SettleBuffer.headBytes)
    private(set) var count = 0

    /// Adds an outcome; a reason is cut after 1,024 bytes.
    mutating func add(_ delivery: UInt64, _ kind: Outcome.Kind, delay: UInt32 = 0, reason: String = "") {
        count += 1
        frame.put(u64: delivery)
        guard !reason.isEmpty else {
            frame.put(u64: UInt64(kind.rawValue) << 56 | UInt64(delay))
            return
        }
        let text = reason.utf8.prefix(BusLimits.reasonBytes)
        frame.put(u64: UInt64(kind.rawValue) << 56 | UInt64(text.count) << 32 | UInt64(delay))
        frame.append(contentsOf: text)
    }

    /// Forgets what waits: its session ended.
    mutating func removeAll() {
        frame.removeLast(frame.count - Self.headBytes)
        count = 0
    }

    /// The whole frame; the buffer is empty afterwards.
    mutating func take(session: UInt32, ref: UInt64, subscription: UInt32) -> [UInt8] {
        frame[0] = FrameHeader.version
        frame[1] = FrameType.settle.rawValue
        frame.set(u32: session, at: 4)
        frame.set(u64: ref, at: 8)
        frame.set(u32: subscription, at: FrameHeader.byteCount)
        frame.set(u32: UInt32(count), at: FrameHeader.byteCount + 8)
        let taken = frame
        frame = [UInt8](repeating: 0, count: Self.headBytes)
        frame.reserveCapacity(taken.count)
        count = 0
        return taken
    }
}
