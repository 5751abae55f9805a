public import CZeroMQ

/// One received message part, used again and again: receiving into it releases what it held.
///
/// Belongs to the thread of its socket.
public final class ZeroMQFrame {
    @usableFromInline let message: UnsafeMutablePointer<zmq_msg_t>

    public init() {
        message = .allocate(capacity: 1)
        zmq_msg_init(message)
    }

    deinit {
        zmq_msg_close(message)
        message.deallocate()
    }

    /// The part's bytes; valid until the next receive into this frame.
    @inlinable public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(message))
    }

    /// Whether another part of the same message follows.
    @inlinable public var hasMore: Bool { zmq_msg_more(message) != 0 }

    /// `uid:gid:pid` style text that libzmq keeps of an ipc peer, or nil.
    public func metadata(_ name: String) -> String? {
        zmq_msg_gets(message, name).map { String(cString: $0) }
    }
}
