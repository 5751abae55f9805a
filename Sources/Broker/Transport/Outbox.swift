import DequeModule
import ZeroMQ

/// Sends frames to peers of a ROUTER; what a peer does not take waits for it, up to a limit.
struct Outbox {
    /// How long frames wait before they are offered again, milliseconds.
    static let retryMs = 2
    /// How long a peer may take nothing while frames wait for it, nanoseconds.
    static let stallLimit: UInt64 = 5_000_000_000

    private struct Waiting {
        var frames: Deque<[UInt8]> = []
        var bytes = 0
        /// When the peer last took a frame, monotonic nanoseconds.
        var lastTaken: UInt64
    }

    private var waiting: [UInt32: Waiting] = [:]
    private let limit: Int

    /// - Parameter limit: Bytes that wait for one peer at most (`session_out_bytes`).
    init(limit: Int) { self.limit = limit }

    /// Whether somebody is slow: ask ``retry(on:)`` soon.
    var isWaiting: Bool { !waiting.isEmpty }

    /// What a send did to a peer.
    enum Verdict: Equatable { case fine, waits, gone, overLimit }

    /// Peers whose state an offer of waiting frames changed.
    struct Retried {
        var gone: [UInt32] = []
        /// Nothing waits for them any more.
        var flowing: [UInt32] = []
        /// They took nothing for too long.
        var stalled: [UInt32] = []
    }

    /// Sends a frame or lets it wait its turn.
    mutating func send(_ frame: [UInt8], to peer: UInt32, on socket: ZeroMQSocket, now: UInt64) -> Verdict {
        if waiting[peer] == nil {
            switch Outbox.transmit(frame, to: peer, on: socket) {
            case .sent: return .fine
            case .full: break
            case .unroutable, .failed: return .gone
            }
        }
        waiting[peer, default: Waiting(lastTaken: now)].frames.append(frame)
        waiting[peer]?.bytes += frame.count
        return (waiting[peer]?.bytes ?? 0) > limit ? .overLimit : .waits
    }

    /// Offers waiting frames again.
    mutating func retry(on socket: ZeroMQSocket, now: UInt64) -> Retried {
        var result = Retried()
        for peer in waiting.keys {
            offering: while let frame = waiting[peer]?.frames.first {
                switch Outbox.transmit(frame, to: peer, on: socket) {
                case .sent:
                    waiting[peer]?.frames.removeFirst()
                    waiting[peer]?.bytes -= frame.count
                    waiting[peer]?.lastTaken = now
                case .full: break offering
                case .unroutable, .failed:
                    waiting[peer] = nil
                    result.gone.append(peer)
                }
            }
            if waiting[peer]?.frames.isEmpty == true {
                waiting[peer] = nil
                result.flowing.append(peer)
            } else if let lastTaken = waiting[peer]?.lastTaken, now - lastTaken > Outbox.stallLimit {
                result.stalled.append(peer)
            }
        }
        return result
    }

    /// Drops what waits for a peer.
    mutating func drop(_ peer: UInt32) { waiting[peer] = nil }

    /// Drops what waits for a peer but the newest frame.
    mutating func dropAllButLast(_ peer: UInt32) {
        guard let last = waiting[peer]?.frames.last else { return }
        waiting[peer]?.frames = [last]
        waiting[peer]?.bytes = last.count
    }

    private static func transmit(_ frame: [UInt8], to peer: UInt32, on socket: ZeroMQSocket) -> ZeroMQSocket.SendResult
    {
        // libzmq's own routing ids: a zero byte and a 32-bit number.
        let identity: (UInt8, UInt8, UInt8, UInt8, UInt8) = (
            0, UInt8(truncatingIfNeeded: peer >> 24), UInt8(truncatingIfNeeded: peer >> 16),
            UInt8(truncatingIfNeeded: peer >> 8), UInt8(truncatingIfNeeded: peer)
        )
        let first = withUnsafeBytes(of: identity) { socket.send($0, more: true) }
        guard first == .sent else { return first }
        return frame.withUnsafeBytes { socket.send($0) }
    }
}
