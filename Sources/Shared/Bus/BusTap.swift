internal import Synchronization

/// One message of the tap.
public struct TapMessage: Equatable, Sendable {
    public var topic: String
    public var offset: UInt64
    /// When the journal took it, nanoseconds since 1970.
    public var time: UInt64
    /// Offset of the record before on the same topic, nil when none is known; not the last one seen: there is a gap.
    public var previous: UInt64?
    /// CloudEvents JSON, or a stub (`data.stub` = true) of a large one.
    public var document: [UInt8]

    public init(topic: String, offset: UInt64, time: UInt64, previous: UInt64?, document: [UInt8]) {
        self.topic = topic
        self.offset = offset
        self.time = time
        self.previous = previous
        self.document = document
    }
}

/// Watches the bus without a trace: no cursor, no acknowledgement.
///
/// A reader that is too slow loses the newest messages beyond ``highWaterMark`` and sees it by ``TapMessage/previous`` and
/// ``dropped``. Connections are made anew by ZeroMQ itself; what passed meanwhile is lost.
public final class BusTap: Sendable {
    public let socketPath: String
    /// Prefixes of topics; empty: everything.
    public let topics: [String]
    /// Messages that wait for the reader, and again as many in the socket.
    public let highWaterMark: Int
    private let droppedCount = Atomic<UInt64>(0)

    public init(socketPath: String, topics: [String] = [], highWaterMark: Int = 10_000) {
        self.socketPath = socketPath
        self.topics = topics
        self.highWaterMark = max(1, highWaterMark)
    }

    /// Messages that this reader was too slow for, as far as this process knows.
    public var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }

    /// The messages from now on, until the reader stops.
    ///
    /// Each call opens a socket and a thread of its own, which end with the stream. The stream fails only when no socket
    /// can be made.
    public func messages() -> AsyncThrowingStream<TapMessage, any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(
            of: TapMessage.self, throwing: (any Error).self, bufferingPolicy: .bufferingOldest(highWaterMark))
        let loop = TapLoop(socketPath: socketPath, topics: topics, highWaterMark: highWaterMark)
        continuation.onTermination = { _ in loop.stop() }
        OwnerThread.start { [self] in
            loop.run(continuation) { droppedCount.wrappingAdd(1, ordering: .relaxed) }
        }
        return stream
    }
}
