import DequeModule
import Wire

/// Queries (reads, maps, administration), of which one small frame may ask for much: bounded per session and turn.
///
/// What exceeds a bound waits and is taken up in the next turns, in order; other frames of the session go past it.
extension BrokerCore {
    /// Bytes of answers and records that the queries of one session may cause in a turn; the last one may exceed it.
    static var queryBytesPerSession: Int { 4 << 20 }
    /// The same for all sessions together.
    static var queryBytesPerTurn: Int { 32 << 20 }
    /// Queries of one session that wait; a further one is refused.
    static var waitingQueriesLimit: Int { 4_096 }
    /// Bytes of them.
    static var waitingQueryBytesLimit: Int { 16 << 20 }

    /// Queries of one session that wait for a turn.
    struct WaitingQueries {
        var frames: Deque<[UInt8]> = []
        var bytes = 0
    }

    /// What queries have caused in this turn.
    struct QueryBudget {
        var total = 0
        var bySession: [UInt32: Int] = [:]
    }

    /// Answers a query now, or lets it wait.
    mutating func query(
        _ header: FrameHeader, _ frame: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        if waitingQueries[session.id] == nil, hasBudget(session.id) {
            try answer(header, frame, from: session, now: now)
            return
        }
        var waiting = waitingQueries[session.id] ?? WaitingQueries()
        guard waiting.frames.count < BrokerCore.waitingQueriesLimit,
            waiting.bytes + frame.count <= BrokerCore.waitingQueryBytesLimit
        else {
            let message = "\(waiting.frames.count) queries of this session wait already: await some answers first."
            fail(session, ref: header.ref, "session.busy", message, retryable: true)
            return
        }
        waitingQueries[session.id] = nil
        waiting.frames.append(Array(frame))
        waiting.bytes += frame.count
        waitingQueries[session.id] = waiting
    }

    /// Whether a query waits that the next turn would answer.
    var hasQueriesToAnswer: Bool { waitingQueries.keys.contains { !congested.contains($0) } }

    /// Begins a turn: answers what waited, as far as the bounds go.
    ///
    /// A session that does not read waits on.
    mutating func answerWaitingQueries(now: UInt64) {
        queryBudget = QueryBudget()
        guard !waitingQueries.isEmpty else { return }
        // Whoever is first when the common bound is reached changes from turn to turn.
        let ids = waitingQueries.keys.sorted()
        let first = ids.firstIndex { $0 > lastQuerySession } ?? 0
        for id in ids[first...] + ids[..<first] where !congested.contains(id) {
            lastQuerySession = id
            while hasBudget(id), let session = sessions[id], var waiting = waitingQueries.removeValue(forKey: id) {
                let frame = waiting.frames.removeFirst()
                waiting.bytes -= frame.count
                if !waiting.frames.isEmpty { waitingQueries[id] = waiting }
                frame.withUnsafeBytes { answerWaiting($0, from: session, now: now) }
            }
        }
    }

    private mutating func answerWaiting(_ frame: UnsafeRawBufferPointer, from session: Session, now: UInt64) {
        do throws(WireError) {
            try answer(try FrameHeader(frame), frame, from: session, now: now)
        } catch {
            refuseMalformed(frame, from: session.peer, error)
        }
    }

    private func hasBudget(_ session: UInt32) -> Bool {
        queryBudget.total < BrokerCore.queryBytesPerTurn
            && queryBudget.bySession[session] ?? 0 < BrokerCore.queryBytesPerSession
    }

    private mutating func answer(
        _ header: FrameHeader, _ frame: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        let body = frame.slice(FrameHeader.byteCount, frame.count - FrameHeader.byteCount)
        let (sent, held, logged) = (outgoing.count, turnAnswers.count, builder.bytes.count)
        switch header.type {
        case .mapGet: try mapGet(header, body, from: session)
        case .mapList: try mapList(header, body, from: session)
        case .read: try read(header, body, from: session)
        default: try admin(header, body, from: session, now: now)
        }
        let answers = outgoing[min(sent, outgoing.count)...] + turnAnswers[min(held, turnAnswers.count)...]
        let bytes = answers.reduce(builder.bytes.count - logged) { $0 + $1.frame.count }
        queryBudget.total += bytes
        queryBudget.bySession[session.id, default: 0] += bytes
    }
}
