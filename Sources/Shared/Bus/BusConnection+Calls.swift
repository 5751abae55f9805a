internal import ServiceLifecycle
internal import Synchronization
internal import Wire

extension BusConnection {
    /// Asks a service, once.
    /// - Parameters:
    ///   - service: Its name, as in ``serve(_:concurrency:_:)``.
    ///   - payload: At most ``BusLimits/callBytes``, less where the Broker's `max_frame_bytes` is smaller.
    ///   - within: 1 ms…30 s, for everything.
    /// - Returns: The service's answer.
    /// - Throws: ``BusError/failed(_:)`` with the service's error; ``BusError/unavailable``: it certainly did not run;
    ///   ``BusError/outcomeUnknown``: it may have run. A call is never repeated.
    public func call(_ service: String, _ payload: [UInt8], within: Duration) async throws(BusError) -> [UInt8] {
        guard service.utf8.count <= BusLimits.topicBytes else {
            throw .atFault("call.payload", "The service's name has more than \(BusLimits.topicBytes) bytes.")
        }
        guard payload.count <= BusLimits.callBytes else {
            throw .atFault(
                "call.payload", "The payload has \(payload.count) bytes, at most \(BusLimits.callBytes) are allowed.")
        }
        let answer = try await core.request(.call, policy: .call, within: within) { frame in
            CallBody.encode(deadline: within.wireMilliseconds, service: service, payload: payload, into: &frame)
        }
        let (status, body) = try decodeAnswer(answer, .replied) { (bytes) throws(WireError) in
            let reply = try ReplyBody(bytes)
            return (reply.status, Array(reply.payload))
        }
        switch status {
        case .ok: return body
        case .failed: throw .failed(failure(in: body))
        case .unavailable: throw .unavailable
        case .unknown: throw .outcomeUnknown
        }
    }

    private func failure(in body: [UInt8]) -> Failure {
        (try? ControlJSON.decode(Failure.self, from: body))
            ?? Failure(code: "service.failed", message: "The service failed and did not say why.", retryable: false)
    }

    /// Answers calls to `service` until the task is cancelled or the service shut down.
    ///
    /// After a reconnect the service is offered again; answers to calls of an earlier session are dropped, because their
    /// callers were told that the outcome is unknown. A process may serve one service more than once: calls go to
    /// whichever has room, and each ends by itself.
    /// - Parameters:
    ///   - service: Its name: at most 255 bytes.
    ///   - concurrency: Calls at work at once: 1…1,024.
    ///   - handler: Answers one call. A `Failure` that it throws goes to the caller as it is; of another error the
    ///     caller gets the code (``CodedError``) only.
    /// - Throws: ``BusError/rejected(_:)`` when the Broker does not let this client serve; ``BusError/closed``.
    public func serve(
        _ service: String, concurrency: Int = 16, _ handler: @Sendable @escaping ([UInt8]) async throws -> [UInt8]
    ) async throws {
        let core = core
        let server = try core.register(
            ServeRequest(service: service, concurrency: max(1, min(concurrency, BusLimits.serveConcurrency))))
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    for _ in 0..<server.request.concurrency {
                        group.addTask { while let call = await server.next() { await core.answer(call, handler) } }
                    }
                }
            } onGracefulShutdown: {
                core.stop(server)
            }
        } onCancel: {
            core.stop(server)
        }
        core.forget(server)
        if let failure = server.failure { throw failure }
    }
}

extension BusCore {
    fileprivate func answer(
        _ call: Server.IncomingCall, _ handler: @Sendable ([UInt8]) async throws -> [UInt8]
    ) async {
        do {
            reply(to: call, .ok, try await handler(call.payload))
        } catch let failure as Failure {
            reply(to: call, .failed, ControlJSON.encode(failure))
        } catch {
            let isRetryable = (error as? BusError)?.isRetryable ?? false
            let failure = Failure(
                code: stableCode(of: error), message: "The service could not answer; its log says more.",
                retryable: isRetryable)
            reply(to: call, .failed, ControlJSON.encode(failure))
        }
    }

    fileprivate func register(_ request: ServeRequest) throws(BusError) -> Server {
        let server = registry.withLock { registry -> Server? in
            guard !registry.isClosed else { return nil }
            let server = Server(id: registry.nextID, request: request)
            registry.servers[registry.nextID] = server
            registry.nextID += 1
            registry.version += 1
            return server
        }
        guard let server else { throw .closed }
        if stop.withLock({ $0.deadline != nil }) { server.stop() }
        wake.signal()
        return server
    }

    /// Has the Broker hand out no more calls, and hands those back that wait.
    fileprivate func stop(_ server: Server) {
        refuse(server.stop())
        registry.withLock { $0.version += 1 }
        wake.signal()
    }

    fileprivate func forget(_ server: Server) {
        registry.withLock { registry in
            registry.servers[server.id] = nil
            registry.version += 1
        }
        wake.signal()
    }
}
