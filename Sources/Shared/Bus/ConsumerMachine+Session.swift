internal import DequeModule
internal import Wire

/// What the session's owner does with a consumer: join, take in answers, keep deliveries alive, send.
extension ConsumerMachine {
    /// What to send.
    struct Flush: Sendable {
        var settle: [UInt8]?
        var credit: CreditBody?
    }

    /// The membership begins: nothing of an earlier one counts any more.
    /// - Returns: The credit to grant.
    mutating func joined(subscription: UInt32, ackWaitMs: Int) -> CreditBody {
        self.subscription = subscription
        ackWait = UInt64(max(ackWaitMs, 1)) * 1_000_000
        freedEvents = 0
        freedBytes = 0
        return CreditBody(
            subscription: subscription, events: UInt32(clamping: options.prefetchEvents),
            bytes: UInt64(options.prefetchBytes))
    }

    /// The session or the membership ended: what waits is dropped, what runs is superseded.
    /// - Returns: The workers to cancel.
    mutating func lost() -> [Int] {
        subscription = 0
        dropWaiting { _ in true }
        outgoing.removeAll()
        unanswered = 0
        let blocked = blockedNow + blockedByRef.values.joined()
        blockedNow = []
        blockedByRef = [:]
        for lane in blocked { release(lane) }
        return supersede { _ in true }
    }

    private mutating func supersede(_ isSuperseded: (UInt64) -> Bool) -> [Int] {
        var cancelled: [Int] = []
        for index in workers.indices where workers[index].isRunning && !workers[index].isSuperseded {
            guard isSuperseded(workers[index].delivery) else { continue }
            workers[index].isSuperseded = true
            held -= 1
            freedEvents += 1
            freedBytes += workers[index].bytes
            guard !workers[index].isCancelled else { continue }
            workers[index].isCancelled = true
            cancelled.append(index)
        }
        return cancelled
    }

    /// The Broker took deliveries back.
    /// - Returns: The workers to cancel.
    mutating func revoked(_ deliveries: Set<UInt64>) -> [Int] {
        dropWaiting { deliveries.contains($0) }
        return supersede { deliveries.contains($0) }
    }

    /// The Broker answered a `settle` frame.
    mutating func settled(_ ref: UInt64) {
        unanswered = max(0, unanswered - 1)
        for lane in blockedByRef.removeValue(forKey: ref) ?? [] { release(lane) }
    }

    /// Takes no more: what waits is dropped, what runs goes on.
    /// - Returns: The waiting workers, which end.
    mutating func stop() -> [Int] {
        isStopping = true
        dropWaiting { _ in true }
        defer { parked = [] }
        return parked
    }

    /// Cancels whatever still runs.
    mutating func cancelRunning() -> [Int] {
        var cancelled: [Int] = []
        for index in workers.indices where workers[index].isRunning && !workers[index].isCancelled {
            workers[index].isCancelled = true
            cancelled.append(index)
        }
        return cancelled
    }

    // MARK: Time

    /// How often ``tick(now:)`` is due: an eighth of `ack_wait`.
    var scanInterval: UInt64 { max(ackWait / 8, 10_000_000) }

    /// When ``tick(now:)`` is due.
    var nextScan: UInt64 { held == 0 ? .max : lastScan + scanInterval }

    /// Keeps waiting deliveries alive and finds handlers whose time is over: four fifths of `ack_wait`.
    /// - Returns: The workers to cancel.
    mutating func tick(now: UInt64) -> [Int] {
        guard held > 0, now >= lastScan + scanInterval else { return [] }
        lastScan = now
        for lane in ready where now > lanes[Int(lane)].clock + ackWait / 2 {
            keepAlive(lane, slots[Int(lanes[Int(lane)].first)].delivery, now: now)
        }
        var cancelled: [Int] = []
        for index in workers.indices where workers[index].isRunning && !workers[index].isCancelled {
            guard now >= lanes[Int(workers[index].lane)].clock + ackWait / 5 * 4 else { continue }
            workers[index].isCancelled = true
            cancelled.append(index)
        }
        return cancelled
    }

    // MARK: Sending

    /// Whether what waits to be sent should leave without waiting for more.
    var isUrgent: Bool {
        outgoing.count >= min(BusLimits.settleBatch, max(1, options.prefetchEvents / 2)) || isCreditDue
    }

    /// Whether anything waits to be sent.
    var hasOutgoing: Bool { outgoing.count > 0 || isCreditDue }

    private var isCreditDue: Bool {
        !isStopping && (freedEvents * 2 >= options.prefetchEvents || freedBytes * 2 >= options.prefetchBytes)
    }

    /// What to send now.
    mutating func flush(session: UInt32, ref: UInt64) -> Flush {
        var flush = Flush()
        guard subscription != 0 else { return flush }
        if outgoing.count > 0 {
            flush.settle = outgoing.take(session: session, ref: ref, subscription: subscription)
            unanswered += 1
            if !blockedNow.isEmpty {
                blockedByRef[ref] = blockedNow
                blockedNow = []
            }
        }
        if isCreditDue {
            flush.credit = CreditBody(
                subscription: subscription, events: UInt32(clamping: freedEvents), bytes: UInt64(freedBytes))
            freedEvents = 0
            freedBytes = 0
        }
        return flush
    }
}
