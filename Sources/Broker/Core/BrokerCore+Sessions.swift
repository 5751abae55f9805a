import Wire

/// Messages and sessions.
extension BrokerCore {
    /// Takes one message.
    /// - Parameters:
    ///   - frame: The message.
    ///   - peer: The ROUTER's number of the connection.
    ///   - uid: The peer's user id, asked for only when it says hello.
    ///   - now: Monotonic nanoseconds.
    mutating func receive(_ frame: UnsafeRawBufferPointer, from peer: UInt32, uid: () -> UInt32?, now: UInt64) {
        do throws(WireError) {
            let header = try FrameHeader(frame)
            let body = frame.slice(FrameHeader.byteCount, frame.count - FrameHeader.byteCount)
            if header.type == .hello {
                try hello(body, from: peer, uid: uid(), now: now)
                return
            }
            guard sessionOfPeer[peer] == header.session, sessions[header.session] != nil else {
                sendUnknownSession(peer, header)
                return
            }
            sessions[header.session]?.lastSeen = now
            guard let session = sessions[header.session] else { return }
            try receive(header, body, frame, from: session, now: now)
        } catch {
            refuseMalformed(frame, from: peer, error)
        }
    }

    /// Answers a frame that is none of this protocol.
    mutating func refuseMalformed(_ frame: UnsafeRawBufferPointer, from peer: UInt32, _ error: WireError) {
        statistics.malformed += 1
        let ref = frame.count >= FrameHeader.byteCount ? frame.u64(at: 8) : 0
        let failure = Failure(code: error.code, message: error.description, retryable: false)
        let header = FrameHeader(.failure, session: sessionOfPeer[peer] ?? 0, ref: ref)
        outgoing.append(Outgoing(peer: peer, frame: [UInt8](header, body: ControlJSON.encode(failure))))
    }

    private mutating func sendUnknownSession(_ peer: UInt32, _ header: FrameHeader) {
        let failure = Failure(
            code: "session.unknown", message: "Session \(header.session) is not open here: connect anew and say hello.",
            retryable: true)
        let frame = [UInt8](
            FrameHeader(.failure, session: header.session, ref: header.ref), body: ControlJSON.encode(failure))
        outgoing.append(Outgoing(peer: peer, frame: frame))
    }

    private mutating func receive(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, _ frame: UnsafeRawBufferPointer, from session: Session,
        now: UInt64
    ) throws(WireError) {
        if let needed = header.type.permission, !session.permissions.contains(needed) {
            fail(
                session, ref: header.ref, "session.forbidden",
                "The role '\(session.role)' may not \(needed.rawValue) (broker.roles.\(session.role).may).")
            return
        }
        switch header.type {
        case .ping: answerNow(session, .pong, ref: header.ref)
        case .goodbye: endSession(session.id, .orderly, now: now)
        case .publish: try publish(header, body, from: session)
        case .resume: resume(header, from: session)
        case .join: try join(header, body, from: session)
        case .credit: try credit(body, from: session)
        case .settle: try settle(header, body, from: session, now: now)
        case .leave: try leave(header, body, from: session, now: now)
        case .call: try call(header, body, from: session, now: now)
        case .reply: try reply(header, body, from: session, now: now)
        case .serve: try serve(header, body, from: session, now: now)
        case .unserve: try unserve(header, body, from: session)
        case .mapGet, .mapList, .read, .admin: try query(header, frame, from: session, now: now)
        default: throw .unknownType(header.type.rawValue)
        }
    }

    private mutating func hello(
        _ body: UnsafeRawBufferPointer, from peer: UInt32, uid: UInt32?, now: UInt64
    ) throws(WireError) {
        let hello = try ControlJSON.decode(Hello.self, from: body)
        if let old = sessionOfPeer[peer] { endSession(old, .lost, now: now) }
        guard hello.versions.contains(Int(FrameHeader.version)) else {
            let spoken = "The client speaks \(hello.versions), this Broker speaks [\(FrameHeader.version)]"
            refuse(peer, "session.version", "\(spoken): upgrade the older side.")
            return
        }
        if let seen = hello.epoch, seen > identity.epoch {
            refuse(
                peer, "session.epoch",
                "The client has seen epoch \(seen), this Broker is in \(identity.epoch): an old copy of the journal?")
            return
        }
        guard sessions.count < limits.maxSessions else {
            refuse(peer, "session.limit", "\(limits.maxSessions) sessions are open (max_sessions).", retryable: true)
            return
        }
        switch access.permissions(role: hello.role, uid: uid ?? .max) {
        case .failure(let failure): refuse(peer, failure.code, failure.message)
        case .success(let permissions): open(hello, peer: peer, permissions: permissions, now: now)
        }
    }

    private mutating func refuse(_ peer: UInt32, _ code: String, _ message: String, retryable: Bool = false) {
        let failure = Failure(code: code, message: message, retryable: retryable)
        let frame = [UInt8](FrameHeader(.close, session: 0, ref: 0), body: ControlJSON.encode(failure))
        outgoing.append(Outgoing(peer: peer, frame: frame))
    }

    private mutating func open(_ hello: Hello, peer: UInt32, permissions: Set<Permission>, now: UInt64) {
        lastSession = lastSession == UInt32.max ? 1 : lastSession + 1
        let session = Session(
            id: lastSession, peer: peer, role: hello.role, permissions: permissions,
            client: String(decoding: hello.client.utf8.prefix(128), as: UTF8.self),
            instance: String(decoding: hello.instance.utf8.prefix(128), as: UTF8.self), lastSeen: now)
        sessions[session.id] = session
        sessionOfPeer[peer] = session.id
        let welcome = Welcome(
            version: Int(FrameHeader.version), session: session.id, journal: identity.journal.description,
            epoch: identity.epoch, end: durableEnd, heartbeatMs: limits.heartbeatMs, limits: limits.announced)
        answerNow(session, .welcome, ref: 0, body: ControlJSON.encode(welcome))
    }

    /// Ends a session: everything it held goes back.
    mutating func endSession(_ id: UInt32, _ leaving: GroupMachine.Leaving, now: UInt64) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        if sessionOfPeer[session.peer] == id { sessionOfPeer[session.peer] = nil }
        for (subscription, group) in session.subscriptions.sorted(by: { $0.key < $1.key }) {
            remove(subscription, from: group, leaving, now: now)
        }
        perform(calls.sessionEnded(id, now: now))
        waitingQueries[id] = nil
        congested.remove(id)
    }

    /// The connection is gone or its queue is over its limit.
    mutating func close(peer: UInt32, because failure: Failure, now: UInt64) {
        guard let id = sessionOfPeer[peer], let session = sessions[id] else { return }
        answerNow(session, .close, ref: 0, body: ControlJSON.encode(failure))
        endSession(id, .lost, now: now)
    }

    /// Frames wait for a peer, or do not any more: nothing is handed out to it meanwhile.
    mutating func setCongested(_ isCongested: Bool, peer: UInt32) {
        guard let id = sessionOfPeer[peer], let session = sessions[id] else { return }
        if isCongested { congested.insert(id) } else { congested.remove(id) }
        for group in Set(session.subscriptions.values) {
            groups[group]?.setCongested(isCongested, session: id)
            active.insert(group)
        }
    }

    /// What happens by time: heartbeats, `ack_wait`, deadlines, TTL.
    mutating func tick(now: UInt64) {
        // After the loop stood still, signs of life and outcomes may wait unread in the socket.
        guard now >= patienceUntil else { return }
        let silence = UInt64(limits.heartbeatMs) * 3_000_000
        for session in sessions.values where session.lastSeen + silence < now {
            statistics.expiredSessions += 1
            close(
                peer: session.peer,
                because: Failure(
                    code: "session.expired",
                    message: "No sign of life for \(3 * limits.heartbeatMs) ms (three heartbeats).", retryable: true),
                now: now)
        }
        for name in groups.keys where (groups[name]?.nextDeadline ?? .max) <= now {
            groups[name]?.tick(now: now, time: clock.time, records: &source)
            active.insert(name)
            afterChange(of: name)
        }
        if calls.nextDeadline <= now { perform(calls.tick(now: now)) }
        expireMapEntries()
    }

    /// When ``tick(now:)`` has something to do besides heartbeats and TTL.
    var nextDeadline: UInt64 { min(groups.values.lazy.map(\.nextDeadline).min() ?? .max, calls.nextDeadline) }
}

extension FrameType {
    /// What a session must be allowed to send it.
    fileprivate var permission: Permission? {
        switch self {
        case .publish, .resume: .publish
        case .join, .credit, .leave: .consume
        case .call: .call
        case .serve, .unserve, .reply: .serve
        case .mapGet, .mapList: .maps
        case .read: .read
        default: nil
        }
    }
}
