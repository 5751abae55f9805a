internal import DequeModule
internal import Wire

/// What the session's owner does: send, take in answers, lose and regain the session.
extension PublishMachine {
    /// Chunks whose memory is kept for later ones.
    private static var spareChunks: Int { 8 }
    /// First and longest wait after a refusal before publishing is tried again, nanoseconds.
    private static var refusalBackoff: ClosedRange<UInt64> { 50_000_000...2_000_000_000 }

    /// A session begins: everything unanswered is sent anew, from sequence number 1.
    mutating func connected(session: UInt32, limits: Welcome.Limits) {
        self.session = session
        self.limits = limits
        nextSequence = 1
        refusals = 0
        flow = .flowing
    }

    /// The session ended, or an attempt to get one failed.
    mutating func lost(_ reason: String?) -> [Completion] {
        lastError = reason
        flow = .disconnected
        for index in inFlight.indices { inFlight[index].mayBeStored = true }
        var unanswered = refused + inFlight
        unanswered.sort { $0.firstSequence < $1.firstSequence }
        refused = []
        inFlight = []
        inFlightEvents = 0
        inFlightBytes = 0
        for chunk in unanswered.reversed() { queued.prepend(chunk) }
        return policy == .fail ? failAll(unsent: .notConnected(lastError: reason)) : []
    }

    /// Ends everything that is not in flight; what was sent has an unknown outcome.
    mutating func failAll(unsent error: BusError) -> [Completion] {
        closeOpenChunk()
        var completions: [Completion] = []
        for chunk in queued { completions += retire(chunk, error) }
        queued = []
        return completions
    }

    /// The connection ends for good.
    mutating func close() -> [Completion] {
        let completions = lost(nil) + failAll(unsent: .closed)
        flow = .closed
        return completions
    }

    /// Ends what will not be sent any more; what may be stored already has an unknown outcome.
    private mutating func retire(_ chunk: Chunk, _ error: BusError) -> [Completion] {
        let outcome = PublishOutcome.failed(chunk.mayBeStored ? .outcomeUnknown : error)
        pendingEvents -= chunk.entries.count
        pendingBytes -= chunk.recordBytes
        return chunk.entries.compactMap { entry in
            entry.waiter.map { Completion(waiter: $0, outcome: outcome) }
        }
    }

    // MARK: Sending

    /// The next frame to send now, if any; call it until there is none.
    ///
    /// Events that no frame of this session can hold are answered into `completions`. `takesNew` false leaves those for
    /// the next turn that came since the last frame: so they share one, instead of leaving in twos and threes.
    mutating func next(now: UInt64, takesNew: Bool = true, completions: inout [Completion]) -> Frame? {
        guard let limits else { return nil }
        switch flow {
        case .disconnected, .closed, .draining: return nil
        case .paused(let from, let until):
            guard now >= until, !(queued.isEmpty && open.isEmpty) else { return nil }
            flow = .flowing
            nextSequence = from
            return .resume(from)
        case .flowing: break
        }
        while true {
            if queued.isEmpty, takesNew, !isGathering { closeOpenChunk() }
            guard let first = queued.first else { return nil }
            let events = first.entries.count
            let bytes = first.recordBytes
            if inFlightEvents + events <= limits.maxUnackedEvents, inFlightBytes + bytes <= limits.maxUnackedBytes,
                Chunk.headBytes + bytes <= limits.maxFrameBytes
            {
                return .publish(sendFirst())
            }
            guard inFlight.isEmpty else { return nil }
            splitFirstChunk(limits, &completions)
        }
    }

    private mutating func sendFirst() -> [UInt8] {
        // In its place, so that the frame's memory has one owner and is not copied.
        queued[0].seal(session: session, sequence: nextSequence)
        let chunk = queued.removeFirst()
        nextSequence += UInt64(chunk.entries.count)
        inFlightEvents += chunk.entries.count
        inFlightBytes += chunk.recordBytes
        let frame = chunk.frame
        inFlight.append(chunk)
        return frame
    }

    /// Makes the first queued chunk small enough for an empty window; an event that fits into none is rejected.
    private mutating func splitFirstChunk(_ limits: Welcome.Limits, _ completions: inout [Completion]) {
        let most = min(limits.maxUnackedBytes, limits.maxFrameBytes - Chunk.headBytes)
        var bytes = 0
        var count = 0
        for entry in queued[0].entries {
            guard count < limits.maxUnackedEvents, bytes + entry.bytes <= most else { break }
            bytes += entry.bytes
            count += 1
        }
        let isTooLarge = count == 0
        var rest = queued.removeFirst()
        let first = rest.splitFirst(max(count, 1))
        if !rest.isEmpty { queued.prepend(rest) }
        guard isTooLarge else { return queued.prepend(first) }
        let error = BusError.atFault(
            "event.too_large", "No frame of this session can hold the event: at most \(most) bytes.")
        completions += retire(first, error)
    }

    // MARK: Answers

    /// Takes in the answer to the frame that began with `sequence`.
    /// - Returns: False when it is the answer to nothing that was sent: the session is out of step and must be given up.
    mutating func answered(
        _ sequence: UInt64, _ runs: [PublishRun], now: UInt64, jitter: UInt64, completions: inout [Completion]
    ) -> Bool {
        guard let place = inFlight.firstIndex(where: { $0.firstSequence == sequence }),
            runs.reduce(0, { $0 + Int($1.count) }) == inFlight[place].entries.count
        else { return false }
        var chunk = inFlight.remove(at: place)
        inFlightEvents -= chunk.entries.count
        inFlightBytes -= chunk.recordBytes
        if let refusal = runs.first(where: { $0.status == .refused }) {
            takeRefusal(of: chunk, runs, Failure(reason: refusal.reason, retryable: true), &completions)
        } else {
            refusals = 0
            finish(&chunk, runs, &completions)
        }
        pauseWhenDrained(now: now, jitter: jitter)
        return true
    }

    /// Takes in a failure of the whole frame that began with `sequence`.
    mutating func failed(
        _ sequence: UInt64, _ failure: Failure, now: UInt64, jitter: UInt64, completions: inout [Completion]
    ) {
        guard let place = inFlight.firstIndex(where: { $0.firstSequence == sequence }) else { return }
        let status: PublishStatus = failure.retryable ? .refused : .rejected
        let count = UInt32(inFlight[place].entries.count)
        let run = PublishRun(status: status, count: count, offset: 0, reason: "\(failure.code): \(failure.message)")
        _ = answered(sequence, [run], now: now, jitter: jitter, completions: &completions)
    }

    @inline(__always)
    private static func outcome(_ run: PublishRun, _ index: UInt64) -> PublishOutcome {
        switch run.status {
        case .accepted: .stored(PublishReceipt(offset: run.offset + index, isDuplicate: false))
        case .duplicate: .stored(PublishReceipt(offset: run.offset, isDuplicate: true))
        case .conflict: .failed(.conflict(offset: run.offset))
        case .refused: .failed(.refused(Failure(reason: run.reason, retryable: true)))
        case .rejected: .failed(.rejected(Failure(reason: run.reason, retryable: false)))
        }
    }

    private mutating func finish(_ chunk: inout Chunk, _ runs: [PublishRun], _ completions: inout [Completion]) {
        pendingEvents -= chunk.entries.count
        pendingBytes -= chunk.recordBytes
        var index = 0
        for run in runs {
            for place in 0..<UInt64(run.count) {
                if let waiter = chunk.entries[index].waiter {
                    completions.append(Completion(waiter: waiter, outcome: Self.outcome(run, place)))
                }
                index += 1
            }
        }
        guard spare.count < Self.spareChunks else { return }
        chunk.reset()
        spare.append(chunk)
    }

    /// Keeps the refused events of a chunk for later, answers the others.
    private mutating func takeRefusal(
        of chunk: Chunk, _ runs: [PublishRun], _ failure: Failure, _ completions: inout [Completion]
    ) {
        var isRefused: [Bool] = []
        for run in runs {
            let refused = run.status == .refused && policy == .resend
            isRefused += repeatElement(refused, count: Int(run.count))
        }
        let from = chunk.firstSequence + UInt64(firstRefused(runs))
        var kept = chunk.filtered { isRefused[$0] }
        kept.firstSequence = from
        var position = 0
        for run in runs {
            for place in 0..<UInt64(run.count) {
                defer { position += 1 }
                guard !isRefused[position] else { continue }
                pendingEvents -= 1
                pendingBytes -= chunk.entries[position].bytes
                guard let waiter = chunk.entries[position].waiter else { continue }
                completions.append(Completion(waiter: waiter, outcome: Self.outcome(run, place)))
            }
        }
        if !kept.isEmpty { refused.append(kept) }
        if policy == .fail { completions += failAll(unsent: .refused(failure)) }
        if case .draining(let earlier) = flow {
            flow = .draining(from: min(earlier, from))
        } else {
            flow = .draining(from: from)
        }
    }

    private func firstRefused(_ runs: [PublishRun]) -> Int {
        var index = 0
        for run in runs {
            if run.status == .refused { break }
            index += Int(run.count)
        }
        return index
    }

    /// When nothing is in flight after a refusal: what was refused is queued again, in order, for later.
    private mutating func pauseWhenDrained(now: UInt64, jitter: UInt64) {
        guard case .draining(let from) = flow, inFlight.isEmpty else { return }
        refused.sort { $0.firstSequence < $1.firstSequence }
        for chunk in refused.reversed() { queued.prepend(chunk) }
        refused = []
        let bound = min(Self.refusalBackoff.upperBound, Self.refusalBackoff.lowerBound << UInt64(min(refusals, 10)))
        refusals += 1
        let wait = policy == .fail ? 0 : bound / 2 + jitter % (bound / 2)
        flow = .paused(from: from, until: now + wait)
    }

    // MARK: Time

    /// When ``expire(now:)`` or ``next(now:completions:)`` should be called although nothing happened.
    var nextDeadline: UInt64 {
        guard case .paused(_, let until) = flow, !(queued.isEmpty && open.isEmpty) else { return earliestDeadline }
        return min(earliestDeadline, until)
    }

    /// Gives up the events whose time is over.
    mutating func expire(now: UInt64) -> [Completion] {
        guard earliestDeadline <= now else { return [] }
        var earliest = UInt64.max
        defer { earliestDeadline = earliest }
        return giveUp(.timedOut) { entry in
            guard entry.deadline > now else { return true }
            earliest = min(earliest, entry.deadline)
            return false
        }
    }
}
