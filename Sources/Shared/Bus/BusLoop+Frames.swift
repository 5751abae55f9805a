internal import Logging
internal import Synchronization
internal import Wire

/// What the loop does with the frames of the Broker.
extension BusLoop {
    /// Takes in one frame.
    func take(_ bytes: UnsafeRawBufferPointer) {
        do throws(WireError) {
            let header: FrameHeader
            do throws(WireError) {
                header = try FrameHeader(bytes)
            } catch {
                // A newer Broker may say things that this version does not know.
                if case .unknownType = error { return }
                throw error
            }
            machine.received(now: now)
            let body = UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount...])
            if machine.isConnected, header.session != machine.session, header.type != .close, header.type != .failure {
                return
            }
            try take(header, body, whole: bytes)
        } catch {
            lose(error.description)
        }
    }

    private func take(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, whole: UnsafeRawBufferPointer
    ) throws(WireError) {
        switch header.type {
        case .welcome: begin(try ControlJSON.decode(Welcome.self, from: body))
        case .pong: break
        case .close: try takeClose(body)
        case .published: try takePublished(header.ref, body)
        case .deliver: try takeDeliver(whole)
        case .settled: takeSettled(header, body)
        case .revoked: try takeRevoked(body)
        case .joined: takeJoined(header.ref, try ControlJSON.decode(Joined.self, from: body))
        case .request: try takeCall(header, body)
        case .done: takeDone(header, body)
        case .failure: try takeFailure(header.ref, body)
        case .replied, .mapValue, .mapEntries, .records, .slices: answer(header, body)
        case .hello, .ping, .goodbye, .publish, .resume, .join, .credit, .settle, .leave, .call, .reply, .serve,
            .unserve, .mapGet, .mapList, .read, .admin:
            throw .malformed(what: "direction: a \(header.type) came from the Broker")
        }
    }

    private func takeClose(_ body: UnsafeRawBufferPointer) throws(WireError) {
        let failure = try ControlJSON.decode(Failure.self, from: body)
        lose("\(failure.message) [\(failure.code)]", refusal: failure.retryable ? nil : failure)
    }

    private func answer(_ header: FrameHeader, _ body: UnsafeRawBufferPointer) {
        let completion = core.requests.withLock { $0.answered(header.ref, .frame(header.type, Array(body))) }
        if let completion { finish([completion]) }
    }

    private func takePublished(_ ref: UInt64, _ body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(body)
        let runs = try PublishedBody.decode(&reader)
        let jitter = nextRandom()
        let isExpected = core.publishes.withLock { machine in
            machine.answered(ref, runs, now: now, jitter: jitter, completions: &completions)
        }
        if !isExpected { lose("the Broker answered publishes that were not sent") }
    }

    private func takeDeliver(_ whole: UnsafeRawBufferPointer) throws(WireError) {
        guard whole.count >= FrameHeader.byteCount + 8 else { throw .truncated(what: "delivery") }
        guard let consumer = subscriptions[whole.u32(at: FrameHeader.byteCount)] else { return }
        guard consumer.deliver(Array(whole), now: now) else { throw .truncated(what: "delivery") }
    }

    private func takeRevoked(_ body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(body)
        let subscription = reader.u32()
        let count = Int(reader.u32())
        guard count <= reader.remaining / 8 else { throw .truncated(what: "revocation") }
        var deliveries: Set<UInt64> = []
        for _ in 0..<count { deliveries.insert(reader.u64()) }
        subscriptions[subscription]?.revoked(deliveries)
    }

    private func takeSettled(_ header: FrameHeader, _ body: UnsafeRawBufferPointer) {
        switch FrameReference(header.ref) {
        case .consumer(let id): consumers[id]?.settled(header.ref, now: now)
        case .request: answer(header, body)
        case .publish, .server: break
        }
    }

    private func takeJoined(_ ref: UInt64, _ joined: Joined) {
        guard case .consumer(let id) = FrameReference(ref), let consumer = consumers[id] else { return }
        subscriptions[joined.subscription] = consumer
        guard let credit = consumer.joined(joined, ref: ref) else { return }
        core.logger.info("Joined a group", metadata: ["bus.group": "\(joined.group)"])
        send(credit.frame(session: machine.session))
    }

    private func takeCall(_ header: FrameHeader, _ body: UnsafeRawBufferPointer) throws(WireError) {
        let call = try CallBody(body)
        let incoming = Server.IncomingCall(ref: header.ref, session: machine.session, payload: Array(call.payload))
        // One whose worker waits before one where the call would wait.
        let offering = servers.values.filter { $0.request.service == call.service }
        if offering.contains(where: { $0.accept(incoming, onlyIdle: true) }) { return }
        if offering.contains(where: { $0.accept(incoming, onlyIdle: false) }) { return }
        core.refuse([incoming])
    }

    private func takeDone(_ header: FrameHeader, _ body: UnsafeRawBufferPointer) {
        switch FrameReference(header.ref) {
        case .consumer(let id): consumers[id]?.done(header.ref)
        case .request: answer(header, body)
        case .publish, .server: break
        }
    }

    private func takeFailure(_ ref: UInt64, _ body: UnsafeRawBufferPointer) throws(WireError) {
        let failure = try ControlJSON.decode(Failure.self, from: body)
        guard machine.isConnected else {
            return lose("\(failure.message) [\(failure.code)]", refusal: failure.retryable ? nil : failure)
        }
        if failure.code == "session.unknown" { return lose(failure.message) }
        switch FrameReference(ref) {
        case .request:
            let completion = core.requests.withLock { $0.answered(ref, .failed(BusError(failure))) }
            if let completion { finish([completion]) }
        case .consumer(let id):
            if let leave = consumers[id]?.failed(ref, failure, now: now) { self.leave(leave) }
        case .server(let id): servers[id]?.stop(.rejected(failure))
        case .publish(let sequence):
            if failure.code == "publish.sequence" { return lose(failure.message) }
            let jitter = nextRandom()
            core.publishes.withLock { machine in
                machine.failed(sequence, failure, now: now, jitter: jitter, completions: &completions)
            }
        }
    }
}
