internal import CZeroMQ

/// A ZeroMQ socket.
///
/// Owned by one thread: made, used and closed there.
public final class ZeroMQSocket {
    /// The socket types that Patchbay uses.
    public enum Kind: Sendable {
        case router, dealer, xpub, sub, pair

        var raw: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .xpub: ZMQ_XPUB
            case .sub: ZMQ_SUB
            case .pair: ZMQ_PAIR
            }
        }
    }

    /// Integer options, with libzmq's names and units.
    public enum Option: Sendable {
        case sendHighWaterMark, receiveHighWaterMark, linger, routerMandatory, reconnectInterval, immediate
        case xpubVerbose, handshakeInterval, backlog

        var raw: Int32 {
            switch self {
            case .sendHighWaterMark: ZMQ_SNDHWM
            case .receiveHighWaterMark: ZMQ_RCVHWM
            case .linger: ZMQ_LINGER
            case .routerMandatory: ZMQ_ROUTER_MANDATORY
            case .reconnectInterval: ZMQ_RECONNECT_IVL
            case .immediate: ZMQ_IMMEDIATE
            case .xpubVerbose: ZMQ_XPUB_VERBOSE
            case .handshakeInterval: ZMQ_HANDSHAKE_IVL
            case .backlog: ZMQ_BACKLOG
            }
        }
    }

    /// How a send that does not wait ended.
    public enum SendResult: Sendable {
        case sent
        /// The peer's queue is at its high-water mark.
        case full
        /// ROUTER: there is no such peer (any more).
        case unroutable
        /// The context ends, or the socket is unusable.
        case failed
    }

    let pointer: UnsafeMutableRawPointer
    private var isClosed = false

    /// Makes a socket of `kind`.
    public init(_ kind: Kind, in context: ZeroMQContext) throws(ZeroMQError) {
        guard let socket = zmq_socket(context.pointer, kind.raw) else { throw ZeroMQError(doing: "make a socket") }
        pointer = socket
    }

    deinit { close() }

    /// Closes it; harmless when closed.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        zmq_close(pointer)
    }

    /// Sets an integer option.
    public func set(_ option: Option, _ value: Int32) throws(ZeroMQError) {
        var value = value
        guard zmq_setsockopt(pointer, option.raw, &value, MemoryLayout<Int32>.size) == 0 else {
            throw ZeroMQError(doing: "set option \(option)")
        }
    }

    /// Refuses larger messages by dropping the connection they come from.
    public func setMaxMessageBytes(_ bytes: Int64) throws(ZeroMQError) {
        var bytes = bytes
        guard zmq_setsockopt(pointer, ZMQ_MAXMSGSIZE, &bytes, MemoryLayout<Int64>.size) == 0 else {
            throw ZeroMQError(doing: "set the largest message")
        }
    }

    /// SUB: adds a topic prefix.
    public func subscribe(_ prefix: String) throws(ZeroMQError) {
        guard zmq_setsockopt(pointer, ZMQ_SUBSCRIBE, prefix, prefix.utf8.count) == 0 else {
            throw ZeroMQError(doing: "subscribe")
        }
    }

    /// Listens on `endpoint`.
    public func bind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(pointer, endpoint) == 0 else { throw ZeroMQError(doing: "listen on \(endpoint)") }
    }

    /// Connects to `endpoint`; says nothing about whether anybody listens there.
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(pointer, endpoint) == 0 else { throw ZeroMQError(doing: "connect to \(endpoint)") }
    }

    /// Reports this socket's connection changes on an inproc PAIR endpoint; see ``ZeroMQMonitor``.
    func monitor(_ endpoint: String, events: Int32) throws(ZeroMQError) {
        guard zmq_socket_monitor(pointer, endpoint, events) == 0 else { throw ZeroMQError(doing: "monitor a socket") }
    }

    /// Receives one part into `frame` if there is one.
    public func receive(into frame: ZeroMQFrame) -> Bool {
        while true {
            if zmq_msg_recv(frame.message, pointer, ZMQ_DONTWAIT) >= 0 { return true }
            guard zmq_errno() == EINTR else { return false }
        }
    }

    /// Sends one part without waiting; the bytes are copied.
    public func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) -> SendResult {
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        while true {
            if zmq_send(pointer, bytes.baseAddress, bytes.count, flags) >= 0 { return .sent }
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return .full
            case EHOSTUNREACH: return .unroutable
            default: return .failed
            }
        }
    }

    /// The descriptor that becomes readable when ``hasInput`` may have changed; edge-triggered, so look after each use.
    public var descriptor: Int32 {
        var fd: Int32 = -1
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(pointer, ZMQ_FD, &fd, &size)
        return fd
    }

    /// Whether a receive would find something.
    public var hasInput: Bool {
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(pointer, ZMQ_EVENTS, &events, &size)
        return events & ZMQ_POLLIN != 0
    }
}
