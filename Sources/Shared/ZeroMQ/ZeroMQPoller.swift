internal import CZeroMQ

/// Waits for several sockets and descriptors at once; belongs to their thread.
public struct ZeroMQPoller {
    private var items: [zmq_pollitem_t] = []

    public init() {}

    /// Watches a socket for input; returns its place for ``isReadable(_:)``.
    public mutating func add(_ socket: ZeroMQSocket) -> Int {
        items.append(zmq_pollitem_t(socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Watches a descriptor for input; returns its place.
    public mutating func add(descriptor: Int32) -> Int {
        items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Waits at most `milliseconds` (-1: for ever).
    ///
    /// An interruption by a signal counts as nothing to read.
    public mutating func wait(milliseconds: Int) {
        let count = Int32(items.count)
        items.withUnsafeMutableBufferPointer { buffer in
            for index in buffer.indices { buffer[index].revents = 0 }
            _ = zmq_poll(buffer.baseAddress, count, milliseconds)
        }
    }

    /// Whether the item at `place` had input after the last wait.
    public func isReadable(_ place: Int) -> Bool { items[place].revents & Int16(ZMQ_POLLIN) != 0 }
}
