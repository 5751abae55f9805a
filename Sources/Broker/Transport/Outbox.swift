import DequeModule
import ZeroMQ

/// Sends frames to peers of a ROUTER; what a peer does not take waits for it, up to a limit.
struct Outbox {
    /// How long frames wait before they are offered again, milliseconds.
    static let retryMs = 2

    private struct Waiting {
        var frames: Deque<[UInt8]> = []
        var bytes = 0
    }

    private var waiting: [UInt32: Waiting] = [:]
    private let limit: Int

    /// - Parameter limit: Bytes that wait for one peer at most (`session_out_bytes`).
    init(limit: Int) { self.limit = limit }

    /// Whether somebody is slow: ask ``retry(on:)`` soon.
    var isWaiting: Bool { !waiting.isEmpty }

    /// What a send did to a peer.
    enum Verdict: Equatable { case fine, gone, overLimit }

    /// Sends a frame or lets it wait its turn.
    mutating func send(_ frame: [UInt8], to peer: UInt32, on socket: ZeroMQSocket) -> Verdict {
        if waiting[peer] == nil {
            switch Outbox.transmit(frame, to: peer, on: socket) {
            case .sent: return .fine
            case .full: break
            case .unroutable, .failed: return .gone
            }
        }
        waiting[peer, default: Waiting()].frames.append(frame)
        waiting[peer, default: Waiting()].bytes += frame.count
        return (waiting[peer]?.bytes ?? 0) > limit ? .overLimit : .fine
    }

    /// Offers waiting frames again.
    /// - Returns: Peers that are gone.
    mutating func retry(on socket: ZeroMQSocket) -> [UInt32] {
        var gone: [UInt32] = []
        for peer in waiting.keys {
            offering: while let frame = waiting[peer]?.frames.first {
                switch Outbox.transmit(frame, to: peer, on: socket) {
                case .sent:
                    waiting[peer]?.frames.removeFirst()
                    waiting[peer]?.bytes -= frame.count
                case .full: break offering
                case .unroutable, .failed:
                    waiting[peer] = nil
                    gone.append(peer)
                }
            }
            if waiting[peer]?.frames.isEmpty == true { waiting[peer] = nil }
        }
        return gone
    }

    /// Drops what waits for a peer.
    mutating func drop(_ peer: UInt32) { waiting[peer] = nil }

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
