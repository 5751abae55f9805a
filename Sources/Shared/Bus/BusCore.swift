internal import CPlatform
internal import Logging
internal import Synchronization
internal import Wire

/// What callers and the owner thread share: mailboxes, each behind a lock, and the signal that wakes the owner.
///
/// Order of locks: none is taken while another is held. Continuations are resumed outside of all of them.
final class BusCore: Sendable {
    typealias Requests = RequestMachine<UnsafeContinuation<RequestAnswer, Never>>

    /// Everybody who takes work from the Broker; the owner joins and serves again after a reconnect.
    struct Registry: Sendable {
        var consumers: [UInt32: Consumer] = [:]
        var servers: [UInt32: Server] = [:]
        var nextID: UInt32 = 1
        /// Counts changes, so that the owner need not compare.
        var version = 0
        var isRunning = false
        var isClosed = false
    }

    /// When and how the connection ends.
    struct Stop: Sendable {
        var deadline: UInt64?
        /// Whether it ends at once where there is no session.
        var isHasty = false
    }

    let configuration: BusConfiguration
    let logger: Logger
    let wake = WakeSignal()
    let executor: BusExecutor
    let status = StatusBoard()
    let publishes: Mutex<PublishMachine<PublishWaiter>>
    let requests = Mutex(Requests())
    let replies = Mutex<[(session: UInt32, frame: [UInt8])]>([])
    let registry = Mutex(Registry())
    let stop = Mutex(Stop())
    private let tickets = Atomic<UInt64>(1)

    init(_ configuration: BusConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        executor = BusExecutor(wake: wake)
        publishes = Mutex(
            PublishMachine(
                maxPending: configuration.maxPendingPublishes, timeout: configuration.publishTimeout,
                policy: configuration.unackedPolicy))
    }

    /// `count` consecutive numbers, unique in this connection; the first.
    @inline(__always)
    func takeTickets(_ count: Int = 1) -> UInt64 {
        tickets.wrappingAdd(UInt64(count), ordering: .relaxed).oldValue
    }

    // MARK: Publishing

    func publish(_ event: OutgoingEvent) async -> PublishOutcome {
        let ticket = takeTickets()
        let now = configuration.publishTimeout == nil ? 0 : cplatform_monotonic_ns()
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<PublishOutcome, Never>) in
                if Task.isCancelled { return continuation.resume(returning: .failed(.cancelled)) }
                let (error, isGathering) = publishes.withLock { machine in
                    (machine.enqueue(event, ticket: ticket, waiter: .one(continuation), now: now), machine.isGathering)
                }
                if let error { return continuation.resume(returning: .failed(error)) }
                if !isGathering { wake.signal() }
                // A cancellation between the look above and the lock found nothing to cancel yet.
                if Task.isCancelled { cancelPublishes(ticket..<ticket + 1) }
            }
        } onCancel: {
            cancelPublishes(ticket..<ticket + 1)
        }
    }

    func publish(all events: [OutgoingEvent]) async -> [PublishOutcome] {
        guard !events.isEmpty else { return [] }
        let first = takeTickets(events.count)
        let tickets = first..<first + UInt64(events.count)
        let now = configuration.publishTimeout == nil ? 0 : cplatform_monotonic_ns()
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let gathering = PublishGathering(count: events.count, continuation)
                let (errors, isGathering) = publishes.withLock { machine -> ([(Int, BusError)], Bool) in
                    var errors: [(Int, BusError)] = []
                    for (index, event) in events.enumerated() {
                        let error = machine.enqueue(
                            event, ticket: first + UInt64(index), waiter: .part(gathering, index), now: now)
                        if let error { errors.append((index, error)) }
                    }
                    return (errors, machine.isGathering)
                }
                for (index, error) in errors { gathering.finish(index, .failed(error)) }
                if !isGathering { wake.signal() }
                if Task.isCancelled { cancelPublishes(tickets) }
            }
        } onCancel: {
            cancelPublishes(tickets)
        }
    }

    private func cancelPublishes(_ tickets: Range<UInt64>) {
        let completions = publishes.withLock { $0.cancel(tickets: tickets) }
        for completion in completions { completion.waiter.resume(completion.outcome) }
    }

    // MARK: Requests

    /// Sends one request and waits for its answer.
    /// - Parameters:
    ///   - type: The frame's type.
    ///   - policy: What becomes of it when its session ends first.
    ///   - within: Until it is given up; see ``RequestPolicy`` for what it ends as.
    ///   - encode: Appends the body.
    /// - Returns: The answer's type and body.
    /// - Throws: ``BusError``; a `failure` of the Broker is ``BusError/refused(_:)`` or ``BusError/rejected(_:)``.
    func request(
        _ type: FrameType, policy: RequestPolicy, within: Duration = BusLimits.requestTimeout,
        _ encode: (inout [UInt8]) -> Void
    ) async throws(BusError) -> (type: FrameType, body: [UInt8]) {
        let ref = FrameReference.ref(ofRequest: takeTickets())
        var frame: [UInt8] = []
        frame.put(FrameHeader(type, session: 0, ref: ref))
        encode(&frame)
        let whole = frame
        let deadline = cplatform_monotonic_ns() + within.nanoseconds
        let answer = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<RequestAnswer, Never>) in
                if Task.isCancelled { return continuation.resume(returning: .failed(.cancelled)) }
                let error = requests.withLock { machine in
                    machine.enqueue(ref, whole, policy: policy, deadline: deadline, waiter: continuation)
                }
                if let error { return continuation.resume(returning: .failed(error)) }
                wake.signal()
                if Task.isCancelled { cancelRequest(ref) }
            }
        } onCancel: {
            cancelRequest(ref)
        }
        switch answer {
        case .frame(let type, let body): return (type, body)
        case .failed(let error): throw error
        }
    }

    private func cancelRequest(_ ref: UInt64) {
        let completion = requests.withLock { $0.cancel(ref) }
        if let completion { completion.waiter.resume(returning: completion.answer) }
    }
}
