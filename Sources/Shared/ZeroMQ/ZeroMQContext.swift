internal import CZeroMQ

/// The process's ZeroMQ context: its I/O thread and its limits.
///
/// One per process is enough.
///
/// Safe to share: libzmq's contexts are thread-safe; sockets are not (``ZeroMQSocket``).
public final class ZeroMQContext: @unchecked Sendable {
    // Invariant: the pointer is set once and libzmq locks whatever it points to.
    let pointer: UnsafeMutableRawPointer

    /// Makes a context with `ioThreads` I/O threads.
    /// - Throws: ``ZeroMQError`` when the process is out of descriptors or memory.
    public init(ioThreads: Int32 = 1) throws(ZeroMQError) {
        guard let context = zmq_ctx_new() else { throw ZeroMQError(doing: "make a context") }
        zmq_ctx_set(context, ZMQ_IO_THREADS, ioThreads)
        pointer = context
    }

    /// Waits until every closed socket's files are gone; only then may another process bind the same path.
    ///
    /// Every socket of the context must have been closed.
    public func terminate() {
        while zmq_ctx_term(pointer) != 0, zmq_errno() == EINTR {}
    }
}
