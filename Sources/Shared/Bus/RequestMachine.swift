internal import DequeModule
internal import Wire

/// How a request ended.
enum RequestAnswer: Sendable {
    /// A frame of `type` with this body.
    case frame(FrameType, [UInt8])
    case failed(BusError)
}

/// What becomes of a request whose session ends before its answer.
enum RequestPolicy: Sendable {
    /// It changes nothing that a second time would change again: sent once more.
    case resend
    /// ``BusError/outcomeUnknown`` if it was sent, else it is sent later.
    case once
    /// A call: as ``once``; and when its time runs out unsent, ``BusError/unavailable``.
    case call
    /// It means something in this session only: ``BusError/fenced``.
    case session(UInt32)
}

/// Pending requests (calls, reads, maps, transactions, administration) by their reference.
struct RequestMachine<Waiter: Sendable>: Sendable {
    /// A waiter and what it has waited for.
    struct Completion: Sendable {
        var waiter: Waiter
        var answer: RequestAnswer
    }

    private struct Pending: Sendable {
        var frame: [UInt8]
        var policy: RequestPolicy
        var deadline: UInt64
        var waiter: Waiter
        var isSent = false

        var cancelOutcome: BusError {
            guard isSent else { return .cancelled }
            if case .resend = policy { return .cancelled }
            return .outcomeUnknown
        }

        var lateOutcome: BusError {
            switch policy {
            case .resend: .timedOut
            case .once, .session: isSent ? .outcomeUnknown : .timedOut
            case .call: isSent ? .outcomeUnknown : .unavailable
            }
        }
    }

    private let limit: Int
    private var pending: [UInt64: Pending] = [:]
    private var unsent: Deque<UInt64> = []
    private var earliestDeadline = UInt64.max
    private var session: UInt32 = 0
    private var maxFrameBytes = Int.max
    private var isClosed = false

    init(limit: Int = BusLimits.pendingRequests) { self.limit = limit }

    var isIdle: Bool { pending.isEmpty }
    /// When ``expire(now:)`` is due.
    var nextDeadline: UInt64 { earliestDeadline }

    /// Takes a request: a whole frame whose session is filled in when it is sent; nil when it waits now.
    mutating func enqueue(
        _ ref: UInt64, _ frame: [UInt8], policy: RequestPolicy, deadline: UInt64, waiter: Waiter
    ) -> BusError? {
        guard !isClosed else { return .closed }
        guard pending.count < limit else { return .tooManyPending(limit: limit) }
        if case .session(let bound) = policy, bound != session || session == 0 { return .fenced }
        pending[ref] = Pending(frame: frame, policy: policy, deadline: deadline, waiter: waiter)
        if unsent.count >= 2 * limit { unsent.removeAll { pending[$0] == nil } }
        unsent.append(ref)
        earliestDeadline = min(earliestDeadline, deadline)
        return nil
    }

    mutating func connected(session: UInt32, maxFrameBytes: Int) {
        self.session = session
        self.maxFrameBytes = maxFrameBytes
    }

    /// The next frame to send; call it until there is none.
    ///
    /// Frames that are too large for the session end in `completions`.
    mutating func next(now: UInt64, completions: inout [Completion]) -> [UInt8]? {
        guard session != 0 else { return nil }
        while let ref = unsent.popFirst() {
            guard var request = pending[ref] else { continue }
            guard request.frame.count <= maxFrameBytes else {
                let text = "The request has \(request.frame.count) bytes, the Broker takes at most \(maxFrameBytes)."
                pending[ref] = nil
                completions.append(
                    Completion(waiter: request.waiter, answer: .failed(.atFault("wire.too_large", text))))
                continue
            }
            if case .call = request.policy {
                guard request.deadline > now else { continue }
                // Never more than was asked for: `now` may be older than the request.
                let asked = request.frame.withUnsafeBytes { $0.u32(at: FrameHeader.byteCount) }
                let left = (request.deadline - now - 1) / 1_000_000 + 1
                request.frame.set(u32: min(asked, UInt32(clamping: left)), at: FrameHeader.byteCount)
                // The Broker says at the deadline whether the call ran; wait for its word.
                request.deadline += min(BusLimits.answerGrace.nanoseconds, .max - request.deadline)
            }
            request.frame.set(u32: session, at: 4)
            request.isSent = true
            pending[ref] = request
            return request.frame
        }
        return nil
    }

    mutating func answered(_ ref: UInt64, _ answer: RequestAnswer) -> Completion? {
        pending.removeValue(forKey: ref).map { Completion(waiter: $0.waiter, answer: answer) }
    }

    /// Nobody waits any more.
    mutating func cancel(_ ref: UInt64) -> Completion? {
        guard let request = pending.removeValue(forKey: ref) else { return nil }
        return Completion(waiter: request.waiter, answer: .failed(request.cancelOutcome))
    }

    mutating func lost() -> [Completion] {
        session = 0
        var completions: [Completion] = []
        var resent: [UInt64] = []
        for (ref, request) in pending {
            switch request.policy {
            case .session:
                completions.append(Completion(waiter: request.waiter, answer: .failed(.fenced)))
                pending[ref] = nil
            case .resend where request.isSent:
                resent.append(ref)
                pending[ref]?.isSent = false
            case .once where request.isSent, .call where request.isSent:
                completions.append(Completion(waiter: request.waiter, answer: .failed(.outcomeUnknown)))
                pending[ref] = nil
            case .resend, .once, .call: break
            }
        }
        for ref in resent.sorted(by: >) { unsent.prepend(ref) }
        return completions
    }

    mutating func expire(now: UInt64) -> [Completion] {
        guard earliestDeadline <= now else { return [] }
        var completions: [Completion] = []
        earliestDeadline = .max
        for (ref, request) in pending {
            guard request.deadline <= now else {
                earliestDeadline = min(earliestDeadline, request.deadline)
                continue
            }
            completions.append(Completion(waiter: request.waiter, answer: .failed(request.lateOutcome)))
            pending[ref] = nil
        }
        return completions
    }

    mutating func close() -> [Completion] {
        isClosed = true
        var completions = lost()
        for request in pending.values {
            completions.append(Completion(waiter: request.waiter, answer: .failed(.closed)))
        }
        pending = [:]
        unsent = []
        return completions
    }
}
