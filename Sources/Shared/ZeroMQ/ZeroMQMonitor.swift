internal import CZeroMQ

/// Tells when a socket's connection is made or lost, as soon as libzmq knows.
///
/// Belongs to the thread of the socket that it watches.
public final class ZeroMQMonitor {
    /// What happened to the connection.
    public enum Event: Sendable { case connected, disconnected }

    /// Poll this one for input.
    public let socket: ZeroMQSocket
    private let frame = ZeroMQFrame()

    /// Watches `watched`, under a `name` that is unique in the process.
    public init(of watched: ZeroMQSocket, named name: String, in context: ZeroMQContext) throws(ZeroMQError) {
        let endpoint = "inproc://monitor-\(name)"
        let lost = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED
        try watched.monitor(endpoint, events: ZMQ_EVENT_HANDSHAKE_SUCCEEDED | lost)
        socket = try ZeroMQSocket(.pair, in: context)
        try socket.set(.linger, 0)
        try socket.connect(endpoint)
    }

    /// The next event, or nil when there is none.
    public func next() -> Event? {
        guard socket.receive(into: frame) else { return nil }
        let number = frame.bytes.count >= 2 ? Int32(frame.bytes.loadUnaligned(as: UInt16.self)) : 0
        while frame.hasMore, socket.receive(into: frame) {}
        return number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED ? .connected : .disconnected
    }
}
