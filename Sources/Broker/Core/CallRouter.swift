import DequeModule
import HeapModule
import Wire

/// Hands calls to servers, each at most once, and tells callers what became of them.
struct CallRouter {
    /// Calls that wait for a free server, all services together; a further one is unavailable at once.
    static let waitingLimit = 4_096
    /// Bytes of their payloads.
    static let waitingBytesLimit = 64 << 20

    /// What the owner has to send.
    enum Action: Equatable {
        case request(session: UInt32, number: UInt64, remainingMs: UInt32, service: String, payload: [UInt8])
        case answer(session: UInt32, ref: UInt64, status: ReplyStatus, payload: [UInt8])
    }

    private struct Server {
        var session: UInt32
        var concurrency: Int
        var outstanding = 0
    }

    private struct Call {
        var caller: UInt32
        var ref: UInt64
        var service: String
        var deadline: UInt64
        /// The session that works on it; nil while it waits.
        var server: UInt32?
    }

    private struct Waiting {
        var number: UInt64
        var payload: [UInt8]
    }

    private struct Deadline: Comparable {
        var time: UInt64
        var number: UInt64
        static func < (left: Deadline, right: Deadline) -> Bool { left.time < right.time }
    }

    private var servers: [String: [Server]] = [:]
    private var calls: [UInt64: Call] = [:]
    private var waiting: [String: Deque<Waiting>] = [:]
    private var waitingCount = 0
    private var waitingBytes = 0
    private var deadlines: Heap<Deadline> = []
    /// Calls past their deadline that a server still works on: they keep its place.
    private var overdue: [UInt64: (server: UInt32, service: String)] = [:]
    private var lastNumber: UInt64 = 0

    /// Calls that are not answered yet.
    var pendingCount: Int { calls.count }
    /// When ``tick(now:)`` has something to do.
    var nextDeadline: UInt64 { deadlines.min?.time ?? .max }

    /// Takes a call.
    mutating func call(
        from caller: UInt32, ref: UInt64, service: String, deadlineMs: UInt32, payload: [UInt8], now: UInt64
    ) -> [Action] {
        lastNumber += 1
        let deadline = now + UInt64(deadlineMs) * 1_000_000
        calls[lastNumber] = Call(caller: caller, ref: ref, service: service, deadline: deadline)
        if let action = handOut(lastNumber, payload: payload, now: now) {
            deadlines.insert(Deadline(time: deadline, number: lastNumber))
            return [action]
        }
        guard waitingCount < CallRouter.waitingLimit, waitingBytes < CallRouter.waitingBytesLimit else {
            calls[lastNumber] = nil
            return [unavailable(caller, ref, "Too many calls wait already. Start another server of '\(service)'.")]
        }
        deadlines.insert(Deadline(time: deadline, number: lastNumber))
        waiting[service, default: []].append(Waiting(number: lastNumber, payload: payload))
        waitingCount += 1
        waitingBytes += payload.count
        return []
    }

    private func unavailable(_ caller: UInt32, _ ref: UInt64, _ message: String) -> Action {
        let failure = Failure(code: "call.unavailable", message: message, retryable: true)
        return .answer(session: caller, ref: ref, status: .unavailable, payload: ControlJSON.encode(failure))
    }

    /// Gives a call to the free server with the fewest outstanding ones.
    private mutating func handOut(_ number: UInt64, payload: [UInt8], now: UInt64) -> Action? {
        guard let call = calls[number], let offered = servers[call.service] else { return nil }
        let free = offered.indices.filter { offered[$0].outstanding < offered[$0].concurrency }
        guard let place = free.min(by: { offered[$0].outstanding < offered[$1].outstanding }) else { return nil }
        let session = offered[place].session
        servers[call.service]?[place].outstanding += 1
        calls[number]?.server = session
        let remaining = call.deadline > now ? (call.deadline - now) / 1_000_000 : 0
        return .request(
            session: session, number: number, remainingMs: UInt32(min(remaining, UInt64(UInt32.max))),
            service: call.service, payload: payload)
    }

    /// A session offers a service.
    mutating func serve(_ service: String, by session: UInt32, concurrency: Int, now: UInt64) -> [Action] {
        if let place = servers[service]?.firstIndex(where: { $0.session == session }) {
            servers[service]?[place].concurrency = concurrency
        } else {
            // What it took before it withdrew counts on.
            let outstanding =
                calls.values.count { $0.server == session && $0.service == service }
                + overdue.values.count { $0.server == session && $0.service == service }
            servers[service, default: []].append(
                Server(session: session, concurrency: concurrency, outstanding: outstanding))
        }
        return handOutWaiting(service, now: now)
    }

    /// A session takes no more calls to a service; what it has it still answers.
    mutating func unserve(_ service: String, by session: UInt32) {
        servers[service]?.removeAll { $0.session == session }
        if servers[service]?.isEmpty == true { servers[service] = nil }
    }

    /// A server answers; a late or foreign answer is dropped.
    mutating func reply(_ number: UInt64, by session: UInt32, status: ReplyStatus, payload: [UInt8], now: UInt64)
        -> [Action]
    {
        if let late = overdue[number], late.server == session {
            overdue[number] = nil
            return release(session, late.service, now: now)
        }
        guard let call = calls[number], call.server == session else { return [] }
        calls[number] = nil
        return [.answer(session: call.caller, ref: call.ref, status: status, payload: payload)]
            + release(session, call.service, now: now)
    }

    private mutating func release(_ session: UInt32, _ service: String, now: UInt64) -> [Action] {
        if let place = servers[service]?.firstIndex(where: { $0.session == session }) {
            servers[service]?[place].outstanding -= 1
        }
        return handOutWaiting(service, now: now)
    }

    private mutating func handOutWaiting(_ service: String, now: UInt64) -> [Action] {
        var actions: [Action] = []
        while let next = waiting[service]?.first {
            if calls[next.number] != nil {
                guard let action = handOut(next.number, payload: next.payload, now: now) else { break }
                actions.append(action)
            }
            waiting[service]?.removeFirst()
            waitingCount -= 1
            waitingBytes -= next.payload.count
        }
        if waiting[service]?.isEmpty == true { waiting[service] = nil }
        return actions
    }

    /// A session ended: what it worked on is unknown, what it asked is forgotten.
    mutating func sessionEnded(_ session: UInt32, now: UInt64) -> [Action] {
        var actions: [Action] = []
        overdue = overdue.filter { $0.value.server != session }
        for (service, offered) in servers where offered.contains(where: { $0.session == session }) {
            let left = offered.filter { $0.session != session }
            servers[service] = left.isEmpty ? nil : left
        }
        var swept: Set<String> = []
        for (number, call) in calls.sorted(by: { $0.key < $1.key }) {
            if call.server == session {
                calls[number] = nil
                let message = "The server of '\(call.service)' was lost while it worked on the call. It may have run."
                actions.append(unknown(call, message))
            } else if call.caller == session, call.server == nil {
                calls[number] = nil
                swept.insert(call.service)
            }
        }
        for service in swept { sweep(service) }
        return actions
    }

    /// Forgets waiting calls that ended otherwise.
    private mutating func sweep(_ service: String) {
        guard let queue = waiting[service] else { return }
        let left = queue.filter { calls[$0.number] != nil }
        waitingCount -= queue.count - left.count
        waitingBytes -= queue.reduce(0) { $0 + $1.payload.count } - left.reduce(0) { $0 + $1.payload.count }
        waiting[service] = left.isEmpty ? nil : left
    }

    private func unknown(_ call: Call, _ message: String) -> Action {
        let failure = Failure(code: "call.unknown", message: message, retryable: false)
        return .answer(session: call.caller, ref: call.ref, status: .unknown, payload: ControlJSON.encode(failure))
    }

    /// Ends calls whose deadline passed.
    ///
    /// The server keeps its place taken until it answers or goes.
    mutating func tick(now: UInt64) -> [Action] {
        var actions: [Action] = []
        var swept: Set<String> = []
        while let first = deadlines.min, first.time <= now {
            deadlines.removeMin()
            guard let call = calls.removeValue(forKey: first.number) else { continue }
            if let server = call.server {
                actions.append(unknown(call, "No answer from '\(call.service)' within the deadline. It may have run."))
                overdue[first.number] = (server, call.service)
            } else {
                let message =
                    servers[call.service] == nil
                    ? "Nobody serves '\(call.service)'. Is its service running and connected?"
                    : "Every server of '\(call.service)' was busy until the deadline."
                actions.append(unavailable(call.caller, call.ref, message))
                swept.insert(call.service)
            }
        }
        for service in swept { sweep(service) }
        return actions
    }
}
