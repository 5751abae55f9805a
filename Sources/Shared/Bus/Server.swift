internal import DequeModule
internal import Synchronization
internal import Wire

/// One service that this process answers: calls wait here for its workers.
final class Server: Sendable {
    /// A call that was handed to this process.
    struct IncomingCall: Sendable {
        /// The Broker's reference.
        var ref: UInt64
        var session: UInt32
        var payload: [UInt8]
    }

    private struct State: Sendable {
        /// At most `concurrency`, because the Broker hands out no more.
        var calls: Deque<IncomingCall> = []
        var waiting: [UnsafeContinuation<IncomingCall?, Never>] = []
        var failure: BusError?
        var isStopping = false
    }

    let id: UInt32
    let request: ServeRequest
    private let state = Mutex(State())

    init(id: UInt32, request: ServeRequest) {
        self.id = id
        self.request = request
    }

    /// Whether it takes no more calls.
    var isStopping: Bool { state.withLock { $0.isStopping } }
    var failure: BusError? { state.withLock { $0.failure } }

    /// The next call, or nil when the server stops.
    func next() async -> IncomingCall? {
        await withUnsafeContinuation { continuation in
            let (call, isDone) = state.withLock { state -> (IncomingCall?, Bool) in
                if state.isStopping { return (nil, true) }
                if let call = state.calls.popFirst() { return (call, true) }
                state.waiting.append(continuation)
                return (nil, false)
            }
            if isDone { continuation.resume(returning: call) }
        }
    }

    /// Takes a call in; false when the server stops, has more than it offered to take or, `onlyIdle`, no worker waits.
    func accept(_ call: IncomingCall, onlyIdle: Bool) -> Bool {
        let (worker, isTaken) = state.withLock { state -> (UnsafeContinuation<IncomingCall?, Never>?, Bool) in
            if state.isStopping { return (nil, false) }
            if let worker = state.waiting.popLast() { return (worker, true) }
            guard !onlyIdle, state.calls.count < request.concurrency else { return (nil, false) }
            state.calls.append(call)
            return (nil, true)
        }
        worker?.resume(returning: call)
        return isTaken
    }

    /// The session ended: nobody waits for the answers to what waits here.
    func lost() { state.withLock { $0.calls = [] } }

    /// Takes no more calls; those that wait are handed back.
    @discardableResult
    func stop(_ failure: BusError? = nil) -> [IncomingCall] {
        let (workers, calls) = state.withLock { state in
            if state.failure == nil { state.failure = failure }
            state.isStopping = true
            defer {
                state.waiting = []
                state.calls = []
            }
            return (state.waiting, Array(state.calls))
        }
        for worker in workers { worker.resume(returning: nil) }
        return calls
    }
}
