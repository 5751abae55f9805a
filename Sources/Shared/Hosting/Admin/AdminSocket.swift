import Glibc
import ServiceLifecycle

/// Serves `/healthz`, `/readyz` and `/metrics` on a Unix socket, from a thread of its own.
///
/// A thread rather than tasks, so that the process can still be asked when every other thread is stuck. Limits: at most
/// ``connectionLimit`` clients at a time (further ones wait in the listener's queue), each for at most
/// ``connectionMilliseconds``. Why this is not Hummingbird: docs/decisions/0004-admin-socket.md.
final class AdminSocket: Service {
    static let connectionLimit = 32
    static let connectionMilliseconds: UInt64 = 5_000

    let path: String
    private let lock: SocketLock
    private let listener: Int32
    private let routes: AdminRoutes
    /// Closing the writing end stops the thread.
    private let stop: (read: Int32, write: Int32)

    /// Binds the socket at once, so that a second process fails before it does anything else.
    ///
    /// - Throws: ``AdminSocketError/owned(path:pid:)`` or ``AdminSocketError/unusable(path:problem:)``.
    init(path: String, routes: AdminRoutes) throws(AdminSocketError) {
        self.path = path
        self.routes = routes
        lock = try SocketLock(besideSocket: path)
        do throws(UnixSocket.Failure) {
            listener = try UnixSocket.listen(path: path, mode: RunDirectory.socketMode)
        } catch {
            throw .unusable(path: path, problem: systemMessage(error.code))
        }
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw .unusable(path: path, problem: systemMessage(errno))
        }
        stop = (ends[0], ends[1])
    }

    /// Answers until graceful shutdown or cancellation, then removes the socket.
    func run() async throws {
        let thread = PlainThread { self.serve() }
        try? await gracefulShutdown()
        close(stop.write)
        thread.join()
        unlink(path)
        close(listener)
        close(stop.read)
        // The object may live on for a moment in a task that is at its end.
        lock.release()
    }

    private func serve() {
        var connections: [AdminConnection] = []
        while true {
            var requests = [pollfd(fd: stop.read, events: Int16(POLLIN), revents: 0)]
            let isFull = connections.count >= Self.connectionLimit
            requests.append(pollfd(fd: isFull ? -1 : listener, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                let events = Int16(connection.isWriting ? POLLOUT : POLLIN)
                requests.append(pollfd(fd: connection.descriptor, events: events, revents: 0))
            }
            guard poll(&requests, nfds_t(requests.count), timeout(connections)) >= 0 || errno == EINTR else { break }
            if requests[0].revents != 0 { break }
            advance(&connections, requests[2...])
            if requests[1].revents != 0 { accept(into: &connections) }
        }
        for connection in connections { close(connection.descriptor) }
    }

    private func advance(_ connections: inout [AdminConnection], _ requests: ArraySlice<pollfd>) {
        let now = monotonicNanoseconds()
        var kept: [AdminConnection] = []
        for (var connection, request) in zip(connections, requests) {
            let isAlive = connection.deadline > now
            if isAlive, request.revents == 0 || connection.advance(routes.answer) {
                kept.append(connection)
            } else {
                close(connection.descriptor)
            }
        }
        connections = kept
    }

    private func accept(into connections: inout [AdminConnection]) {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let deadline = monotonicNanoseconds() + Self.connectionMilliseconds * 1_000_000
        connections.append(AdminConnection(descriptor: descriptor, deadline: deadline))
    }

    /// Milliseconds until the first deadline; -1 for none.
    private func timeout(_ connections: [AdminConnection]) -> Int32 {
        guard let first = connections.map(\.deadline).min() else { return -1 }
        let now = monotonicNanoseconds()
        return first <= now ? 0 : Int32((first - now) / 1_000_000) + 1
    }
}
