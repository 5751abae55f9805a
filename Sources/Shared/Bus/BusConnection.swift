internal import CPlatform
public import Logging
public import ServiceLifecycle
internal import Synchronization
public import Wire

/// A process's connection to the Broker: publish, consume, call, serve, maps, reading.
///
/// Add it to the process's services before whatever uses it; ``run()`` connects and reconnects until it is shut down.
/// Everything may be called from anywhere at any time: before there is a session requests wait, up to the limits in
/// ``BusLimits`` and ``BusConfiguration``. One thread owns the socket.
public final class BusConnection: Service, Sendable {
    let core: BusCore

    public init(_ configuration: BusConfiguration, logger: Logger) {
        core = BusCore(configuration, logger: logger)
    }

    /// Connects, and reconnects, until the task is cancelled or the service shut down.
    ///
    /// Shutting down stops the consumers and servers, waits at most ``BusLimits/shutdownGrace`` until handlers are at
    /// their end and everything sent is answered, and says goodbye. A cancelled task waits at most
    /// ``BusLimits/cancelGrace``, and not at all where there is no session. What is unanswered then ends with
    /// ``BusError/closed`` or ``BusError/outcomeUnknown``. A connection runs once.
    /// - Throws: ``BusError/closed`` when it ran before.
    public func run() async throws {
        let isFirst = core.registry.withLock { registry in
            defer { registry.isRunning = true }
            return !registry.isRunning && !registry.isClosed
        }
        guard isFirst else { throw BusError.closed }
        let core = core
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withUnsafeContinuation { continuation in
                    OwnerThread.start {
                        BusLoop(core).run()
                        continuation.resume()
                    }
                }
            } onGracefulShutdown: {
                core.shutDown(grace: BusLimits.shutdownGrace, isHasty: false)
            }
        } onCancel: {
            core.shutDown(grace: BusLimits.cancelGrace, isHasty: true)
        }
    }

    /// Whether there is a session now.
    public var state: BusState { core.status.state }

    /// The state now and every later one; ends after ``BusState/closed``.
    public var stateUpdates: AsyncStream<BusState> { core.status.updates() }

    /// Waits until there is a session.
    /// - Throws: ``BusError/rejected(_:)`` as soon as the Broker will not have this client (role, version),
    ///   ``BusError/notConnected(lastError:)`` when the time is over, ``BusError/closed``, ``BusError/cancelled``.
    public func waitUntilConnected(within: Duration) async throws(BusError) -> Welcome {
        let core = core
        let welcome = await withTaskGroup(of: Result<Welcome, BusError>?.self) { group in
            group.addTask { await core.firstWelcome() }
            group.addTask {
                try? await Task.sleep(for: within, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if let welcome { return try welcome.get() }
        if Task.isCancelled { throw .cancelled }
        guard case .connecting(let lastError) = state else { throw .timedOut }
        throw .notConnected(lastError: lastError)
    }

    // MARK: Publishing

    /// Publishes one event; returns when it is on disk.
    ///
    /// Events leave in the order of the calls; those that wait at the same time share a message and a disk sync.
    /// After a lost session unanswered events are sent again, in order and before newer ones, and so are refused ones
    /// (``BusConfiguration/unackedPolicy``). An event that was stored by an earlier publish is a duplicate, not an error.
    /// - Throws: ``BusError``: `conflict`, `rejected`, `tooManyPending`, `cancelled` and `timedOut` (not sent),
    ///   `outcomeUnknown` (sent, then cancelled or out of time: publish the same event again to know), `closed`.
    public func publish(_ event: OutgoingEvent) async throws(BusError) -> PublishReceipt {
        switch await core.publish(event) {
        case .stored(let receipt): return receipt
        case .failed(let error): throw error
        }
    }

    /// Publishes several events, in order and without others between them in this process; not as one transaction.
    /// - Returns: One receipt per event, in order, when all are on disk.
    /// - Throws: As ``publish(_:)``: the error of the first event that failed, after all are answered.
    public func publish(all events: [OutgoingEvent]) async throws(BusError) -> [PublishReceipt] {
        var receipts: [PublishReceipt] = []
        receipts.reserveCapacity(events.count)
        for outcome in await core.publish(all: events) {
            switch outcome {
            case .stored(let receipt): receipts.append(receipt)
            case .failed(let error): throw error
            }
        }
        return receipts
    }

    /// Publishes several events as ``publish(all:)`` does, for callers to whom each one's outcome matters.
    ///
    /// - Returns: One outcome per event, in order, when all are answered; a duplicate is a success.
    public func outcomes(publishing events: [OutgoingEvent]) async -> [Result<PublishReceipt, BusError>] {
        await core.publish(all: events).map { outcome in
            switch outcome {
            case .stored(let receipt): .success(receipt)
            case .failed(let error): .failure(error)
            }
        }
    }

    /// Publishes events and writes map entries, all or nothing, in one batch.
    ///
    /// It is not ordered with ``publish(_:)``: publishes here take no sequence number.
    /// - Throws: ``BusError/revisionMismatch(current:)``, ``BusError/conflict(offset:)``, refusals and rejections;
    ///   ``BusError/outcomeUnknown`` when it was sent and the answer lost: read what it would have written.
    public func transact(
        publishes: [OutgoingEvent] = [], writes: [MapWrite] = []
    ) async throws(BusError) -> Transaction {
        try await core.settle(subscription: 0, [], publishes, writes, policy: .once)
    }
}

extension BusCore {
    /// Ends the connection within `grace`; a hasty end does not wait where there is no session.
    func shutDown(grace: Duration, isHasty: Bool) {
        let deadline = cplatform_monotonic_ns() + grace.nanoseconds
        stop.withLock { stop in
            stop.deadline = min(stop.deadline ?? .max, deadline)
            stop.isHasty = stop.isHasty || isHasty
        }
        let (consumers, servers) = registry.withLock { (Array($0.consumers.values), Array($0.servers.values)) }
        for consumer in consumers { consumer.stop(grace: grace) }
        for server in servers { refuse(server.stop()) }
        wake.signal()
    }

    /// Hands calls back that no worker took.
    func refuse(_ calls: [Server.IncomingCall]) {
        for call in calls { reply(to: call, .unavailable, []) }
    }

    /// Answers a call; dropped when its session is over by then.
    func reply(to call: Server.IncomingCall, _ status: ReplyStatus, _ payload: [UInt8]) {
        var (status, payload) = (status, payload)
        if payload.count > BusLimits.callBytes {
            // The Broker would end the session over it, and every other call with it.
            let message = "The answer has \(payload.count) bytes, at most \(BusLimits.callBytes) are allowed."
            status = .failed
            payload = ControlJSON.encode(Failure(code: "reply.too_large", message: message, retryable: false))
        }
        var frame: [UInt8] = []
        frame.put(FrameHeader(.reply, session: call.session, ref: call.ref))
        ReplyBody.encode(status, payload: payload, into: &frame)
        replies.withLock { $0.append((call.session, frame)) }
        wake.signal()
    }

    /// The next welcome, or why there will be none; nil when the task is cancelled.
    fileprivate func firstWelcome() async -> Result<Welcome, BusError>? {
        for await state in status.updates() {
            switch state {
            case .connected(let welcome): return .success(welcome)
            case .closed: return .failure(.closed)
            case .connecting:
                if let refusal = status.refusal { return .failure(.rejected(refusal)) }
            }
        }
        return nil
    }
}
