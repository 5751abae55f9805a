import Wire

/// Calls and their servers: nothing here waits for the disk.
extension BrokerCore {
    /// Bytes of a call's payload, where `max_frame_bytes` allows as much.
    static var callPayloadLimit: Int { 7_864_320 }

    mutating func call(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        let call = try CallBody(body)
        guard (1...30_000).contains(call.deadline) else {
            let message = "The deadline is \(call.deadline) ms, allowed are 1…30000."
            fail(session, ref: header.ref, "call.deadline", message)
            return
        }
        guard call.payload.count <= BrokerCore.callPayloadLimit else {
            let message = "\(call.payload.count) bytes exceed the limit of \(BrokerCore.callPayloadLimit)."
            fail(session, ref: header.ref, "call.payload", message)
            return
        }
        statistics.callCount += 1
        perform(
            calls.call(
                from: session.id, ref: header.ref, service: call.service, deadlineMs: call.deadline,
                payload: Array(call.payload), now: now))
    }

    mutating func reply(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        let reply = try ReplyBody(body)
        perform(
            calls.reply(
                header.ref, by: session.id, status: reply.status, payload: Array(reply.payload), now: now))
    }

    mutating func serve(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session, now: UInt64
    ) throws(WireError) {
        let request = try ControlJSON.decode(ServeRequest.self, from: body)
        guard (1...1_024).contains(request.concurrency), (1...255).contains(request.service.utf8.count) else {
            fail(
                session, ref: header.ref, "call.service",
                "A service's name is 1…255 bytes and its concurrency 1…1024, not \(request.concurrency).")
            return
        }
        answerNow(session, .done, ref: header.ref)
        perform(calls.serve(request.service, by: session.id, concurrency: request.concurrency, now: now))
    }

    mutating func unserve(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session
    ) throws(WireError) {
        calls.unserve(try ControlJSON.decode(UnserveRequest.self, from: body).service, by: session.id)
        answerNow(session, .done, ref: header.ref)
    }

    /// Sends what the router decided.
    mutating func perform(_ actions: [CallRouter.Action]) {
        for action in actions {
            var body: [UInt8] = []
            switch action {
            case .request(let server, let number, let remaining, let service, let payload):
                guard let session = sessions[server] else { continue }
                CallBody.encode(deadline: remaining, service: service, payload: payload, into: &body)
                answerNow(session, .request, ref: number, body: body)
            case .answer(let caller, let ref, let status, let payload):
                guard let session = sessions[caller] else { continue }
                ReplyBody.encode(status, payload: payload, into: &body)
                answerNow(session, .replied, ref: ref, body: body)
            }
        }
    }
}
