import NIOCore

/// Ends a connection whose peer does not take what is being written to him.
///
/// The write itself waits for as long as the peer likes.
struct StallCut: Sendable {
    private let task: Scheduled<Void>

    /// Begins to wait.
    ///
    /// - Parameters:
    ///   - channel: The peer's connection.
    ///   - limit: When it is ended, unless ``cancel()`` comes first.
    init(_ channel: any Channel, after limit: Duration) {
        task = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
    }

    /// The peer has taken it.
    func cancel() { task.cancel() }
}
