internal import Synchronization
internal import Wire

/// A consumer's workers: tasks that run the handler, each of which can be cancelled by itself.
extension Consumer {
    private enum Ending: Sendable {
        /// The worker is at its end; whether another takes its place.
        case worker(isReplaced: Bool)
        /// The watcher is at its end; whether the worker shall be cancelled.
        case watcher(isCancelling: Bool)
    }

    /// Runs the workers until the consumer stops.
    func runWorkers(_ handler: @escaping @Sendable (Delivery) async throws -> Settlement) async {
        await withDiscardingTaskGroup { group in
            for worker in 0..<workerCount {
                group.addTask { while await self.runWorker(worker, handler) {} }
            }
        }
    }

    /// Runs one worker's task and, beside it, the watcher that cancels it.
    /// - Returns: Whether the worker was cancelled and must be replaced.
    private func runWorker(
        _ worker: Int, _ handler: @escaping @Sendable (Delivery) async throws -> Settlement
    ) async -> Bool {
        begin(worker: worker)
        return await withTaskGroup(of: Ending.self) { group in
            group.addTask { .worker(isReplaced: await self.work(worker, handler)) }
            group.addTask { .watcher(isCancelling: await self.cancellation(of: worker)) }
            var isReplaced = false
            for await ending in group {
                switch ending {
                case .worker(let replaced):
                    isReplaced = replaced
                    release(watcherOf: worker)
                case .watcher(true): group.cancelAll()
                case .watcher(false): break
                }
            }
            return isReplaced
        }
    }

    /// Takes deliveries and runs the handler until the consumer stops or the task was cancelled.
    /// - Returns: Whether the worker must be replaced.
    private func work(
        _ worker: Int, _ handler: @Sendable (Delivery) async throws -> Settlement
    ) async -> Bool {
        var outcome: WorkerOutcome?
        while true {
            switch await next(worker: worker, outcome) {
            case .run(let slice):
                outcome = await run(Delivery(slice: slice, consumer: self, worker: worker), handler)
            case .replace: return true
            case .stop, .park: return false
            }
        }
    }

    @inline(__always)
    private func run(
        _ delivery: Delivery, _ handler: @Sendable (Delivery) async throws -> Settlement
    ) async -> WorkerOutcome {
        do {
            switch try await handler(delivery) {
            case .ack: return .ack
            case .nak(let delay, let reason): return .nak(delay: delay?.wireMilliseconds ?? 0, reason: reason)
            case .term(let reason): return .term(reason: reason)
            case .transaction(let publishes, let writes): return await commit(delivery, publishes, writes)
            }
        } catch {
            return .nak(delay: 0, reason: stableCode(of: error))
        }
    }

    private func commit(
        _ delivery: Delivery, _ publishes: [OutgoingEvent], _ writes: [MapWrite]
    ) async -> WorkerOutcome {
        let membership = state.withLock { state in
            (state.machine.subscription, state.machine.workers[delivery.worker].isSuperseded)
        }
        guard membership.0 != 0, !membership.1 else { return .dropped }
        do throws(BusError) {
            let ack = Outcome(delivery: delivery.id, kind: .ack)
            _ = try await core.settle(
                subscription: membership.0, [ack], publishes, writes, policy: .session(core.currentSession))
            return .settled
        } catch {
            switch error {
            case .fenced, .outcomeUnknown, .closed: return .dropped
            default: return .nak(delay: 0, reason: error.code)
            }
        }
    }
}
