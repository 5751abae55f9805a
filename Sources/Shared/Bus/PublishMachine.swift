internal import DequeModule
internal import Wire

/// How one publish ended.
enum PublishOutcome: Equatable, Sendable {
    case stored(PublishReceipt)
    case failed(BusError)
}

/// Decides which events are sent when, and what became of each; knows no socket, clock or continuation.
///
/// Events are encoded into the frame in which they leave, in the order of the calls. A sent chunk is kept until it is
/// answered: after a lost session it is sent again, in order and before newer ones; after a refusal it waits, then
/// `resume` and it is sent again. A waiter gets exactly one outcome.
struct PublishMachine<Waiter: Sendable>: Sendable {
    typealias Chunk = PublishChunk<Waiter>

    /// A waiter and what it has waited for.
    struct Completion: Sendable {
        var waiter: Waiter
        var outcome: PublishOutcome
    }

    /// What to send next.
    enum Frame: Sendable {
        /// Go on with this sequence number.
        case resume(UInt64)
        /// A whole frame.
        case publish([UInt8])
    }

    enum Flow: Sendable {
        case disconnected
        /// For good.
        case closed
        case flowing
        /// A refusal came; the answers to what was sent after it are still under way.
        case draining(from: UInt64)
        /// Everything sent is answered; go on at `until`.
        case paused(from: UInt64, until: UInt64)
    }

    let maxPending: Int
    let timeout: UInt64?
    let policy: BusConfiguration.UnackedPolicy
    let gatheringEvents: Int
    var flow: Flow = .disconnected
    var session: UInt32 = 0
    var limits: Welcome.Limits?
    /// The last error of the connection, for `notConnected`.
    var lastError: String?
    var nextSequence: UInt64 = 1
    /// Where new events go.
    var open = Chunk()
    /// Full chunks and those that must be sent again, all before `open`.
    var queued: Deque<Chunk> = []
    /// Sent, unanswered, by sequence number.
    var inFlight: Deque<Chunk> = []
    var inFlightEvents = 0
    var inFlightBytes = 0
    /// Refused, waiting until everything in flight is answered.
    var refused: [Chunk] = []
    var refusals = 0
    var spare: [Chunk] = []
    var pendingEvents = 0
    var pendingBytes = 0
    var earliestDeadline = UInt64.max

    init(
        maxPending: Int, timeout: Duration?, policy: BusConfiguration.UnackedPolicy,
        gatheringEvents: Int = BusLimits.gatheringEvents
    ) {
        self.gatheringEvents = gatheringEvents
        self.maxPending = maxPending
        self.timeout = timeout.map(\.nanoseconds)
        self.policy = policy
    }

    var isIdle: Bool { pendingEvents == 0 }

    /// Whether new events wait for the answer under way, so that they leave together; the owner need not be woken.
    ///
    /// As in Nagle's algorithm: while a frame is unanswered, what comes gathers until there is much of it
    /// (``BusLimits/gatheringEvents``). The Broker would take it only with its next sync anyway, and whoever awaits each
    /// publish gets frames of as many events as there are tasks instead of twos and threes.
    var isGathering: Bool {
        !inFlight.isEmpty && queued.isEmpty && open.recordBytes < BusLimits.gatheringBytes
            && open.entries.count < gatheringEvents
    }

    // MARK: From the callers

    /// Takes an event; nil when it waits now, else why it does not.
    mutating func enqueue(_ event: OutgoingEvent, ticket: UInt64, waiter: Waiter, now: UInt64) -> BusError? {
        if let problem = event.problem(maxBytes: limits?.maxEventBytes ?? BusLimits.eventBytes) { return problem }
        if case .closed = flow { return .closed }
        if policy == .fail, case .disconnected = flow { return .notConnected(lastError: lastError) }
        guard pendingEvents < maxPending, pendingBytes < BusLimits.pendingPublishBytes else {
            return .tooManyPending(limit: maxPending)
        }
        if open.entries.count >= BusLimits.eventsPerFrame || open.recordBytes >= BusLimits.bytesPerFrame {
            closeOpenChunk()
        }
        var deadline = UInt64.max
        if let timeout {
            deadline = now + timeout
            earliestDeadline = min(earliestDeadline, deadline)
        }
        let before = open.recordBytes
        open.append(event, ticket: ticket, deadline: deadline, waiter: waiter)
        pendingEvents += 1
        pendingBytes += open.recordBytes - before
        return nil
    }

    mutating func closeOpenChunk() {
        guard !open.isEmpty else { return }
        queued.append(open)
        open = spare.popLast() ?? Chunk()
    }

    /// Nobody waits for the events any more: takes out what is not stored, of the rest only forgets who waits.
    mutating func cancel(tickets: Range<UInt64>) -> [Completion] {
        giveUp(.cancelled) { tickets.contains($0.ticket) }
    }

    /// Gives up the events that `isGivenUp` says, in one pass over all that are here.
    /// - Parameters:
    ///   - error: How those end that are certainly not stored; they are taken out.
    ///   - isGivenUp: Asked once about each event that somebody waits for.
    /// - Returns: Who waited; `outcomeUnknown` for what is in flight or may be stored.
    mutating func giveUp(_ error: BusError, _ isGivenUp: (Chunk.Entry) -> Bool) -> [Completion] {
        var completions: [Completion] = []
        var taken = (events: 0, bytes: 0)
        func look(at chunk: inout Chunk, isSent: Bool) {
            let isUnknown = isSent || chunk.mayBeStored
            for entry in chunk.giveUp(keeping: isUnknown, isGivenUp) {
                guard let waiter = entry.waiter else { continue }
                completions.append(Completion(waiter: waiter, outcome: .failed(isUnknown ? .outcomeUnknown : error)))
                guard !isUnknown else { continue }
                taken.events += 1
                taken.bytes += entry.bytes
            }
        }
        for index in inFlight.indices { look(at: &inFlight[index], isSent: true) }
        for index in refused.indices { look(at: &refused[index], isSent: false) }
        for index in queued.indices { look(at: &queued[index], isSent: false) }
        look(at: &open, isSent: false)
        refused.removeAll(where: \.isEmpty)
        queued.removeAll(where: \.isEmpty)
        pendingEvents -= taken.events
        pendingBytes -= taken.bytes
        return completions
    }
}
