internal import ServiceLifecycle
internal import Synchronization
public import Wire

extension BusConnection {
    /// Joins a group and runs `handler` for its deliveries until the task is cancelled or the service shut down.
    ///
    /// The deliveries of one ordering key are handled one after the other, in order; those of different keys at the same
    /// time, up to `options.concurrency`. A handler that throws is a nak whose reason is the error's code
    /// (``CodedError``) or type. A handler is cancelled when its delivery is taken back, when the session ends, and
    /// after four fifths of `ack_wait` unless it calls ``Delivery/inProgress()``; what it then returns for a delivery
    /// that was taken back is dropped. Deliveries that wait for a handler are kept alive. After a reconnect the group is
    /// joined again. A graceful shutdown takes no more deliveries, waits for the running handlers at most
    /// ``BusLimits/shutdownGrace``, and leaves when everything is acknowledged.
    /// - Parameters:
    ///   - group: Letters, digits, `-`, `_` and `.`; at most 128 bytes.
    ///   - config: Fixed by the first join; nil: the group must exist.
    ///   - update: Whether `config` replaces another one.
    ///   - options: Concurrency and prefetch.
    ///   - handler: Decides about one delivery.
    /// - Throws: ``BusError/rejected(_:)`` when the Broker does not let this client join (`group.config_differs`,
    ///   `group.unknown`, `session.forbidden`, …); ``BusError/closed`` when the connection ends first.
    public func consume(
        group: String, config: GroupConfig?, update: Bool = false, options: ConsumeOptions = ConsumeOptions(),
        _ handler: @Sendable @escaping (Delivery) async throws -> Settlement
    ) async throws {
        let request = JoinRequest(group: group, config: config, update: update)
        let consumer = try core.register(request, options)
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withTaskExecutorPreference(options.runsOnConnection ? core.executor : nil) {
                    await consumer.runWorkers(handler)
                }
            } onGracefulShutdown: {
                consumer.stop(grace: BusLimits.shutdownGrace)
            }
        } onCancel: {
            consumer.stop(grace: .zero)
        }
        if core.registry.withLock({ $0.isRunning }) {
            await consumer.drain(grace: Task.isCancelled ? BusLimits.cancelGrace : BusLimits.shutdownGrace)
        }
        core.forget(consumer)
        if let failure = consumer.failure { throw failure }
    }
}

extension BusCore {
    fileprivate func register(_ request: JoinRequest, _ options: ConsumeOptions) throws(BusError) -> Consumer {
        let consumer = registry.withLock { registry -> Consumer? in
            guard !registry.isClosed else { return nil }
            let consumer = Consumer(id: registry.nextID, request: request, options: options, core: self)
            registry.consumers[registry.nextID] = consumer
            registry.nextID += 1
            registry.version += 1
            return consumer
        }
        guard let consumer else { throw .closed }
        if stop.withLock({ $0.deadline != nil }) { consumer.stop(grace: .zero) }
        wake.signal()
        return consumer
    }

    fileprivate func forget(_ consumer: Consumer) {
        registry.withLock { registry in
            registry.consumers[consumer.id] = nil
            registry.version += 1
        }
        wake.signal()
    }
}
