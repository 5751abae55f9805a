import Glibc
import Synchronization

/// Writes whole lines to a descriptor, and rather drops some than wait for ever for who reads them.
///
/// Limits: a line is cut at ``lineBytesLimit``; a caller waits at most ``patienceMilliseconds`` for a full pipe, and
/// once one has waited in vain the following callers do not wait at all until the pipe takes bytes again. Dropped lines
/// are counted and the count is written as soon as there is room.
final class LineWriter: Sendable {
    /// Longest line, in bytes.
    static let lineBytesLimit = 16_384
    /// Longest wait of one caller, in milliseconds.
    static let patienceMilliseconds: Int32 = 200
    /// What a pipe takes without blocking once poll(2) says it is writable: PIPE_BUF of pipe(7).
    private static let pieceBytes = 4096

    private struct State {
        var isStuck = false
        var droppedSinceNotice = 0
        var dropped = 0
    }

    private let descriptor: Int32
    private let notice: @Sendable (Int) -> [UInt8]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - descriptor: Where to write; its mode is left as it is, because other processes may share it.
    ///   - notice: Makes the line that tells how many were dropped.
    init(descriptor: Int32, notice: @escaping @Sendable (Int) -> [UInt8]) {
        self.descriptor = descriptor
        self.notice = notice
    }

    /// Lines dropped since the start.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Writes `line` and a line break.
    func write(_ line: consuming [UInt8]) {
        if line.count > Self.lineBytesLimit {
            line.removeSubrange(Self.lineBytesLimit...)
        }
        line.append(UInt8(ascii: "\n"))
        state.withLock { state in
            if state.droppedSinceNotice > 0 {
                guard put(notice(state.droppedSinceNotice) + [UInt8(ascii: "\n")], patience: 0) else {
                    state.droppedSinceNotice += 1
                    state.dropped += 1
                    return
                }
                state.droppedSinceNotice = 0
                state.isStuck = false
            }
            guard put(line, patience: state.isStuck ? 0 : Self.patienceMilliseconds) else {
                state.isStuck = true
                state.droppedSinceNotice += 1
                state.dropped += 1
                return
            }
        }
    }

    /// Whether all of `bytes` went out, or enough of them that the rest is not worth a wait.
    private func put(_ bytes: [UInt8], patience: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&request, 1, patience) > 0, request.revents & Int16(POLLOUT) != 0 else { return false }
            let end = min(bytes.count, sent + Self.pieceBytes)
            let count = bytes[sent..<end].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return false
            }
            sent += count
        }
        return true
    }
}
