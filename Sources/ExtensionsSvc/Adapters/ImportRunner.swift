import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Synchronization
import Wire

/// Brings imports to their end, whoever waits for them.
///
/// A request waits for its import for ``ImportSettings/wait``; then the import is a job behind the Broker, where every
/// process can say how far it is. Its lease says that its process lives; without it what the draft's head and history say
/// is how it ended.
struct ImportRunner: Service {
    /// Imports that are under way or wait; further ones are refused.
    static let maxJobs = 8
    /// How long a lease lasts without being renewed.
    static let lease = Duration.seconds(12)

    /// One import, and whoever waits for it.
    final class Work: Sendable {
        let job: ImportJob
        let body: @Sendable () async -> APIReply
        private let state = Mutex((reply: APIReply?.none, isJob: false))
        private let (ended, end) = AsyncStream.makeStream(of: Void.self)

        init(_ job: ImportJob, _ body: @escaping @Sendable () async -> APIReply) {
            self.job = job
            self.body = body
        }

        /// The answer, if it is there in time.
        func reply(within limit: Duration) async -> APIReply? {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in self.ended { return } }
                group.addTask { try? await Task.sleep(for: limit) }
                await group.next()
                group.cancelAll()
            }
            return state.withLock { $0.reply }
        }

        /// Makes it a job; the answer when it has come in between.
        func detach() -> APIReply? {
            state.withLock { state in
                state.isJob = true
                return state.reply
            }
        }

        /// Whether nobody waits any more: the answer must be kept.
        func finish(_ reply: APIReply) -> Bool {
            let isJob = state.withLock { state in
                state.reply = reply
                return state.isJob
            }
            end.finish()
            return isJob
        }
    }

    let store: DirectoryStore
    let bus: BusConnection
    let settings: ImportSettings
    let logger: Logger
    private let jobs: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation
    private let open = OpenJobs()

    init(store: DirectoryStore, bus: BusConnection, settings: ImportSettings, logger: Logger) {
        self.store = store
        self.bus = bus
        self.settings = settings
        self.logger = logger
        (jobs, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maxJobs))
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await work in jobs { group.addTask { await finish(work) } }
            }
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    /// Does an import; its answer, or where it can be asked after.
    ///
    /// - Parameters:
    ///   - job: What it will be known as.
    ///   - wait: How long its answer is waited for; nil: as configured.
    ///   - body: The import.
    /// - Returns: The answer, or 202.
    /// - Throws: ``DirectoryFailure/importsBusy(limit:)``; ``BusError``.
    func reply(
        to job: ImportJob, within wait: Duration?, _ body: @escaping @Sendable () async -> APIReply
    ) async throws -> APIReply {
        guard open.enter() else { throw DirectoryFailure.importsBusy(limit: Self.maxJobs) }
        let work = Work(job, body)
        queue.yield(work)
        if let reply = await work.reply(within: wait ?? settings.wait) { return reply }
        try await renew(job.name)
        try await keep(job)
        if let reply = work.detach() {
            try await forget(job.name)
            return reply
        }
        return APIReply(202, ["import": job.json]).located("/v1/imports/\(job.name)")
    }

    /// How an import stands; nil when there is none of this name.
    func job(_ name: String) async throws -> ImportJob? {
        let map = bus.map(DirectoryMaps.jobs)
        guard let entry = try await map.get(name), var job = ImportJob(entry.value) else { return nil }
        guard job.phase == .running else { return job }
        let isAlive = try await map.get(Self.leaseKey(name)) != nil
        // Not through the store: its turn may be the import itself.
        let entryOfDraft = try await bus.map(DirectoryMaps.head).get(DirectoryMaps.draftKey)
        let head = entryOfDraft.flatMap { DraftHead(stored: $0.value) }
        let batch = try await store.batchInfo(name)
        job.see(head ?? DraftHead(), batch)
        guard !isAlive, head?.pending?.batch != name else { return job }
        // Its last words may have come in between.
        if let last = try await map.get(name).flatMap({ ImportJob($0.value) }), last.phase != .running { return last }
        if let head, let batch, try await store.isLogged(name, through: head.revision) {
            job.phase = .done
            (job.done, job.total) = (batch.count, batch.count)
        } else {
            job.phase = .failed
        }
        return job
    }

    private func finish(_ work: Work) async {
        defer { open.leave() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.lease / 3)
                    guard !Task.isCancelled else { return }
                    try? await renew(work.job.name)
                }
            }
            group.addTask {
                let reply = await work.body()
                guard work.finish(reply) else { return }
                var job = work.job
                job.end(status: reply.status, outcome: (try? JSONValue(parsing: reply.body)) ?? .null)
                do {
                    try await keep(job)
                } catch {
                    logger.error("What became of an import could not be kept", metadata: [LogKeys.reason: "\(error)"])
                }
            }
            // The import, not its lease, decides when it is over.
            await group.next()
            group.cancelAll()
        }
    }

    private func keep(_ job: ImportJob) async throws {
        try await bus.map(DirectoryMaps.jobs).put(job.name, job.json.bytes, ttl: settings.undoable)
    }

    private func renew(_ name: String) async throws {
        try await bus.map(DirectoryMaps.jobs).put(Self.leaseKey(name), [], ttl: Self.lease)
    }

    private func forget(_ name: String) async throws {
        try await bus.map(DirectoryMaps.jobs).delete(name)
    }

    private static func leaseKey(_ name: String) -> String { "\(name)/lease" }
}

/// Counts imports that are under way.
private final class OpenJobs: Sendable {
    private let count = Mutex(0)

    func enter() -> Bool {
        count.withLock { count in
            guard count < ImportRunner.maxJobs else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
