import Bus
import Directory
import Events
import Hosting
import Logging
import ServiceLifecycle
import Wire

/// Brings publishes to their end: writes what is missing, puts the version in force, waits for the lookups, cleans up.
///
/// Each step moves the publish's state by compare-and-set, so that a process that was taken for dead and comes back does
/// nothing any more. Until the one transaction that moves the published head, the old version is in force; after it the
/// new one is, whatever becomes of this process.
struct PublishRunner: Service {
    /// Bytes of chunks in one transaction.
    static let bytesPerWrite = 1 << 20
    /// Deletions in one transaction.
    static let deletionsPerWrite = 500
    /// Between two looks at what the lookups serve: it grows from the one to the other.
    static let look: ClosedRange<Duration> = .milliseconds(20) ... .milliseconds(250)
    /// Jobs that wait: one is the rule, since there is one place.
    static let maxJobs = 4

    let store: DirectoryStore
    let bus: BusConnection
    let settings: PublishSettings
    let metrics: ExtensionsMetrics
    let logger: Logger
    let jobs: AsyncStream<PublishJob>
    private let queue: AsyncStream<PublishJob>.Continuation

    init(
        store: DirectoryStore, bus: BusConnection, settings: PublishSettings, metrics: ExtensionsMetrics, logger: Logger
    ) {
        self.store = store
        self.bus = bus
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        (jobs, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maxJobs))
    }

    /// Begins a publish; it goes on in ``run()``.
    ///
    /// - Returns: How it stands.
    func begin(_ request: PublishRequest) async throws -> PublishState {
        let job = try await store.begin(request, lease: settings.lease)
        queue.yield(job)
        return job.state
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await watch() }
                for await job in jobs { await finish(job) }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    /// Looks, a few times per lease, for a publish whose process is gone.
    private func watch() async {
        while !Task.isCancelled {
            do {
                if let job = try await store.recover(lease: settings.lease) { queue.yield(job) }
            } catch {
                logger.debug("The publish's state could not be read", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: settings.lease / 3)
        }
    }

    /// Does a job while its lease is renewed.
    private func finish(_ job: PublishJob) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await renew(job.state.owner) }
            group.addTask {
                do {
                    try await work(job)
                } catch {
                    // The lease runs out, and whoever looks next ends the publish.
                    logger.error("A publish was not finished", metadata: ["error": "\(error)"])
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func renew(_ owner: String) async {
        let map = bus.map(DirectoryMaps.head)
        while true {
            try? await Task.sleep(for: settings.lease / 3)
            guard !Task.isCancelled else { return }
            let entry: MapEntry?
            do { entry = try await map.get(DirectoryMaps.leaseKey) } catch { continue }
            // Only an owner's own lease is renewed; where it has run out another may have taken over: the work ends.
            guard let entry, String(decoding: entry.value, as: UTF8.self) == owner else { return }
            _ = try? await map.put(
                DirectoryMaps.leaseKey, Array(owner.utf8), expecting: entry.revision, ttl: settings.lease)
        }
    }

    private func work(_ job: PublishJob) async throws {
        var step = PublishStep(state: job.state, offset: job.offset)
        let start = ContinuousClock.now
        if let entries = job.entries {
            guard try await write(entries, &step) else { return }
        }
        guard try await waitForLookups(&step) else { return }
        try await cleanUp(&step)
        metrics.publishing.observe(ContinuousClock.now - start)
        metrics.count(publish: step.state.phase)
    }

    /// Moves on; false when the publish was taken over.
    private func advance(
        _ step: inout PublishStep, lease: Bool = true, publishes: [OutgoingEvent] = [], writes: [MapWrite] = []
    ) async throws -> Bool {
        guard
            let offset = try await store.put(
                step.state, from: step.offset, lease: lease ? settings.lease : nil,
                failure: step.state.phase == .failed, publishes: publishes, writes: writes)
        else {
            logger.warning(
                "A publish was taken over by another process", metadata: ["version": "\(step.state.version)"])
            return false
        }
        step.offset = offset
        return true
    }

    /// Writes chunks and manifest and puts the version in force.
    private func write(_ entries: [DirectoryEntry], _ step: inout PublishStep) async throws -> Bool {
        let problems = await Self.problems(entries, rules: store.rules, isRollback: step.state.rollbackOf != nil)
        guard problems.isEmpty else {
            step.state.phase = .failed
            step.state.problems = problems
            guard try await advance(&step, lease: false) else { return false }
            metrics.count(publish: .failed)
            return false
        }
        let cut = await Self.cut(entries)
        let known = Set(try await store.manifests().flatMap(\.chunks))
        let missing = cut.filter { !known.contains($0.sha256) }
        step.state.phase = .writing
        step.state.total = missing.count
        var index = 0
        repeat {
            var writes: [MapWrite] = []
            var bytes = 0
            while index < missing.count, bytes < Self.bytesPerWrite {
                let chunk = missing[index]
                writes.append(MapWrite(.put, map: DirectoryMaps.chunks, key: chunk.sha256, value: chunk.bytes))
                bytes += chunk.bytes.count
                index += 1
            }
            step.state.done = index
            guard try await advance(&step, writes: writes) else { return false }
        } while index < missing.count

        let manifest = DirectoryManifest(
            version: step.state.version, count: entries.count, chunks: cut.map(\.sha256),
            publishedBy: step.state.by.name, publishedAt: step.state.at, note: step.state.note,
            rollbackOf: step.state.rollbackOf, draftRevision: step.state.draftRevision)
        let head = PublishedHead(version: manifest.version, sha256: manifest.sha256, count: manifest.count)
        step.state.phase = .deploying
        (step.state.done, step.state.total) = (0, 0)
        await store.take(cut)
        let writes = [
            MapWrite(
                .put, map: DirectoryMaps.versions, key: DirectoryMaps.versionKey(manifest.version),
                value: manifest.json.bytes, expectedRevision: 0),
            MapWrite(.put, map: DirectoryMaps.head, key: DirectoryMaps.publishedKey, value: head.json.bytes),
        ]
        guard
            try await advance(
                &step, publishes: [try PublishEvents.published(manifest, by: step.state.by)], writes: writes)
        else { return false }
        try await store.refreshInTurn()
        return true
    }

    /// Waits until every lookup process that lives serves the version in force.
    private func waitForLookups(_ step: inout PublishStep) async throws -> Bool {
        let deadline = ContinuousClock.now + settings.deployTimeout
        var pause = Self.look.lowerBound
        var expected: Set<String> = []
        while true {
            let lookups = try await LookupReport.all(bus)
            let head = await store.published
            expected.formUnion(lookups.map(\.instance))
            let current = Set(lookups.filter { $0.sha256 == head.sha256 }.map(\.instance))
            let missing = expected.subtracting(current).sorted()
            let isOver = missing.isEmpty || ContinuousClock.now >= deadline
            let isNews = step.state.done != current.count || step.state.total != expected.count
            (step.state.done, step.state.total) = (current.count, expected.count)
            if isOver {
                step.state.missing = missing
                return true
            }
            if isNews { guard try await advance(&step) else { return false } }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.look.upperBound)
        }
    }

    /// Deletes versions that are too many, and chunks that no version names; then the place is free.
    private func cleanUp(_ step: inout PublishStep) async throws {
        let manifests = try await store.manifests()
        let old = manifests.dropLast(settings.keptVersions)
        let kept = Set(manifests.suffix(settings.keptVersions).flatMap(\.chunks))
        var deletions = old.map {
            MapWrite(.delete, map: DirectoryMaps.versions, key: DirectoryMaps.versionKey($0.version))
        }
        var known = Set(old.flatMap(\.chunks))
        if step.state.mustSweep { known.formUnion(try await bus.map(DirectoryMaps.chunks).all().map(\.key)) }
        deletions += known.subtracting(kept).sorted().map {
            MapWrite(.delete, map: DirectoryMaps.chunks, key: $0)
        }
        while !deletions.isEmpty {
            guard try await advance(&step, writes: Array(deletions.prefix(Self.deletionsPerWrite))) else { return }
            deletions.removeFirst(min(deletions.count, Self.deletionsPerWrite))
        }
        step.state.phase = .deployed
        step.state.mustSweep = false
        guard try await advance(&step, lease: false) else { return }
        logger.info(
            "A version of the directory is deployed",
            metadata: ["version": "\(step.state.version)", "count": "\(step.state.missing.count)"])
    }

    @concurrent
    private static func cut(_ entries: [DirectoryEntry]) async -> [DirectoryChunk] { DirectoryChunks.cut(entries) }

    /// What the rules of today say about the draft; a version that was in force once needs no permission.
    @concurrent
    private static func problems(
        _ entries: [DirectoryEntry], rules: DirectoryRules, isRollback: Bool
    ) async -> [FieldProblem] {
        guard !isRollback else { return [] }
        return PublishCheck.problems(entries, rules: rules)
    }
}

/// A publish on its way, and where its state lies.
struct PublishStep: Sendable {
    var state: PublishState
    var offset: UInt64
}
