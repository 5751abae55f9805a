import Directory
import Events
import Hosting
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the version that lookups are answered from at the one in force, and says which it is.
///
/// Looks at the head when the doorbell rings and every ``lookBeats`` beats, fetches only the chunks that it does not have,
/// checks each by its hash, and swaps the whole version at once. While the Broker is away the old version is served.
final class DirectoryFollower: Service {
    static let beat = Duration.seconds(1)
    /// Between two looks without the doorbell having rung, in beats.
    static let lookBeats = 2
    /// Between two reports, in beats.
    static let reportBeats = 5
    /// Chunks that are fetched at once.
    static let fetchesAtOnce = 16

    private struct State {
        var chunks: [String: [UInt8]] = [:]
        /// Why the head is not followed; nil: it is.
        var failure: String?
    }

    private let source: any DirectorySource
    private let served: ServedDirectory
    private let file: DirectoryFile
    private let rings: @Sendable () -> AsyncStream<Void>
    private let logger: Logger
    private let state = Mutex(State())
    private let swaps: Counter

    /// Loads the last version from disk at once: the first request may come before the Broker answers.
    ///
    /// - Parameters:
    ///   - source: Published versions.
    ///   - served: Where the version goes that lookups are answered from.
    ///   - file: The last version on disk.
    ///   - rings: The doorbell: a version may have been published.
    ///   - registry: Shows version and count.
    ///   - logger: Hears of new versions and of failures.
    init(
        source: any DirectorySource, served: ServedDirectory, file: DirectoryFile,
        rings: @escaping @Sendable () -> AsyncStream<Void>, registry: MetricsRegistry, logger: Logger
    ) {
        self.source = source
        self.served = served
        self.file = file
        self.rings = rings
        self.logger = logger
        swaps = registry.counter("gateway.directory.swaps", help: "Published versions that were taken over.")
        registry.collect { [served] readings in
            let head = served.head
            readings.gauge(
                "gateway.directory.version", help: "Version that lookups are answered from; 0: none.",
                Double(head.version))
            readings.gauge("gateway.directory.extensions", help: "Extensions in that version.", Double(head.count))
        }
        do throws(DirectoryFile.Failure) {
            guard let saved = try file.load() else { return }
            state.withLock { $0.chunks = saved.chunks }
            served.serve(saved.directory)
            note("The directory was loaded from disk", served.head)
        } catch {
            logger.warning("The directory on disk cannot be used", metadata: [LogKeys.reason: "\(error)"])
        }
    }

    func run() async throws {
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        ring.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.served.warmNames() }
            group.addTask {
                for await _ in self.rings().cancelOnGracefulShutdown() { ring.yield() }
            }
            group.addTask { await self.keepTime(ring) }
            // A publish waits for those who have reported: from the start on, also with nothing to serve yet.
            group.addTask { await self.report() }
            for await _ in bell.cancelOnGracefulShutdown() { await look() }
            group.cancelAll()
        }
    }

    private func keepTime(_ ring: AsyncStream<Void>.Continuation) async {
        var beats = 0
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.beat) } catch { return }
            beats += 1
            if beats % Self.lookBeats == 0 { ring.yield() }
            if beats % Self.reportBeats == 0 { await report() }
        }
    }

    /// Takes over the version in force, if it is another one.
    func look() async {
        do throws(SourceFailure) {
            guard let head = try await source.head() else { return recovered() }
            let own = served.head
            if head.version == own.version, head.sha256 == own.sha256 { return recovered() }
            try await takeOver(head)
            recovered()
            await report()
            await served.warmNames()
        } catch {
            failed(error.code)
        }
    }

    private func takeOver(_ head: DirectoryHead) async throws(SourceFailure) {
        guard let manifest = try await source.manifest(of: head.version) else {
            throw SourceFailure(code: "lookup.version_gone")
        }
        guard manifest.sha256 == head.sha256 else { throw SourceFailure(code: "lookup.version_mismatch") }
        let old = served.current?.directory
        let (chunks, parts) = try await chunks(of: manifest, old)
        let directory = try await Self.build(manifest, parts, old)
        served.serve(directory)
        state.withLock { $0.chunks = chunks }
        swaps.add()
        note("Lookups are answered from a new version", head)
        await keep(manifest, chunks)
    }

    /// The version's chunks: those that are here, and the others from the source.
    private func chunks(
        of manifest: DirectoryManifest, _ old: PublishedDirectory?
    ) async throws(SourceFailure) -> (bytes: [String: [UInt8]], parts: [String: [DirectoryEntry]]) {
        let wanted = Set(manifest.chunks)
        var chunks = state.withLock { $0.chunks }.filter { wanted.contains($0.key) && old?.has(chunk: $0.key) == true }
        let missing = wanted.subtracting(chunks.keys)
        let source = source
        let fetched = await withTaskGroup(of: Result<Fetched, SourceFailure>.self) { group in
            var results: [Result<Fetched, SourceFailure>] = []
            for (index, sha256) in missing.enumerated() {
                if index >= Self.fetchesAtOnce, let result = await group.next() { results.append(result) }
                group.addTask {
                    do throws(SourceFailure) {
                        return .success(try await Self.fetch(sha256, from: source))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for await result in group { results.append(result) }
            return results
        }
        var parts: [String: [DirectoryEntry]] = [:]
        for result in fetched {
            let chunk = try result.get()
            chunks[chunk.sha256] = chunk.bytes
            parts[chunk.sha256] = chunk.entries
        }
        return (chunks, parts)
    }

    private struct Fetched: Sendable {
        let sha256: String
        let bytes: [UInt8]
        let entries: [DirectoryEntry]
    }

    /// Fetches and reads a chunk: some are read while others are still under way.
    @concurrent
    private static func fetch(
        _ sha256: String, from source: any DirectorySource
    ) async throws(SourceFailure) -> Fetched {
        guard let bytes = try await source.chunk(sha256) else { throw SourceFailure(code: "lookup.chunk_gone") }
        do throws(DirectoryError) {
            let entries = try DirectoryChunks.entries(of: bytes, expecting: sha256)
            return Fetched(sha256: sha256, bytes: bytes, entries: entries)
        } catch {
            throw SourceFailure(code: error.code)
        }
    }

    /// Off the threads that answer requests.
    @concurrent
    private static func build(
        _ manifest: DirectoryManifest, _ parts: [String: [DirectoryEntry]], _ old: PublishedDirectory?
    ) async throws(SourceFailure) -> PublishedDirectory {
        do throws(DirectoryError) {
            return try PublishedDirectory(manifest: manifest, parts: parts, reusing: old)
        } catch {
            throw SourceFailure(code: error.code)
        }
    }

    @concurrent
    private func keep(_ manifest: DirectoryManifest, _ chunks: [String: [UInt8]]) async {
        do throws(DirectoryFile.Failure) {
            try file.save(manifest, chunks)
        } catch {
            logger.error("The directory cannot be kept on disk", metadata: [LogKeys.reason: "\(error)"])
        }
    }

    private func report() async {
        // A report that is lost is made again soon.
        try? await source.report(served.head)
    }

    private func failed(_ code: String) {
        let isNew = state.withLock { state in
            defer { state.failure = code }
            return state.failure != code
        }
        guard isNew else { return }
        logger.warning(
            "The published directory cannot be followed; the last version is served",
            metadata: [LogKeys.code: "\(code)", LogKeys.version: "\(served.head.version)"])
    }

    private func recovered() {
        state.withLock { $0.failure = nil }
    }

    private func note(_ text: Logger.Message, _ head: DirectoryHead) {
        logger.info(
            text,
            metadata: [
                LogKeys.version: "\(head.version)", LogKeys.count: "\(head.count)",
                "sha256": "\(head.sha256.prefix(12))",
            ])
    }
}
