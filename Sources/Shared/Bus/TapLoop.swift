internal import Synchronization
internal import Wire
internal import ZeroMQ

/// The thread of one tap: owns its SUB socket.
final class TapLoop: Sendable {
    /// Bytes of one part: a stub stands for documents over 64 KiB.
    private static let partBytes: Int64 = 4 * 1_024 * 1_024

    private let socketPath: String
    private let topics: [String]
    private let highWaterMark: Int
    private let wake = WakeSignal()
    private let isStopped = Atomic<Bool>(false)

    init(socketPath: String, topics: [String], highWaterMark: Int) {
        self.socketPath = socketPath
        self.topics = topics
        self.highWaterMark = highWaterMark
    }

    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        wake.force()
    }

    /// Receives until stopped.
    func run(_ continuation: AsyncThrowingStream<TapMessage, any Error>.Continuation, dropped: () -> Void) {
        do {
            let context = try ZeroMQContext()
            defer { context.terminate() }
            try receive(in: context, continuation, dropped)
            continuation.finish()
        } catch {
            continuation.finish(throwing: error)
        }
    }

    private func receive(
        in context: ZeroMQContext, _ continuation: AsyncThrowingStream<TapMessage, any Error>.Continuation,
        _ dropped: () -> Void
    ) throws(ZeroMQError) {
        let socket = try ZeroMQSocket(.sub, in: context)
        defer { socket.close() }
        try socket.set(.linger, 0)
        try socket.set(.receiveHighWaterMark, Int32(clamping: highWaterMark))
        try socket.setMaxMessageBytes(Self.partBytes)
        for topic in topics.isEmpty ? [""] : topics { try socket.subscribe(topic) }
        try socket.connect("ipc://\(socketPath)")
        var poller = ZeroMQPoller()
        let input = poller.add(socket)
        let wakeUp = poller.add(descriptor: wake.descriptor)
        var parts = TapParts()
        while !isStopped.load(ordering: .acquiring) {
            poller.wait(milliseconds: -1)
            wake.hold(isReadable: poller.isReadable(wakeUp))
            wake.reset()
            guard poller.isReadable(input) else { continue }
            while !isStopped.load(ordering: .acquiring), let message = parts.next(from: socket) {
                if case .dropped = continuation.yield(message) { dropped() }
            }
        }
    }
}

/// Puts the three parts of a tap message together.
struct TapParts {
    private let frame = ZeroMQFrame()

    /// The next message, or nil when none waits; messages of another shape are passed over.
    mutating func next(from socket: ZeroMQSocket) -> TapMessage? {
        while socket.receive(into: frame) {
            let topic = String(decoding: frame.bytes, as: UTF8.self)
            guard frame.hasMore, socket.receive(into: frame) else { continue }
            let head =
                frame.bytes.count == 24
                ? (frame.bytes.u64(at: 0), frame.bytes.u64(at: 8), frame.bytes.u64(at: 16)) : nil
            guard frame.hasMore, socket.receive(into: frame) else { continue }
            let document = Array(frame.bytes)
            let isWhole = !frame.hasMore
            while frame.hasMore, socket.receive(into: frame) {}
            guard let head, isWhole else { continue }
            return TapMessage(
                topic: topic, offset: head.0, time: head.1, previous: head.2 == .max ? nil : head.2, document: document)
        }
        return nil
    }
}
