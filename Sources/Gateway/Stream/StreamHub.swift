import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Synchronization

/// Reads events once and hands them to everybody who listens.
///
/// The order of services: behind the HTTP listener, so that on shutdown streams end first and the listener can drain.
final class StreamHub: Service {
    /// Events of one page.
    static let pageEvents = 500
    /// Between two pings of one stream, in beats.
    static let pingBeats: UInt64 = 15
    /// Between two looks without the doorbell having rung, in beats.
    static let lookBeats: UInt64 = 5
    static let beat = Duration.seconds(1)

    private struct State {
        var seats: [UInt64: Unowned] = [:]
        var lastNumber: UInt64 = 0
        /// Offset before the next one to read; nil before the journal was reached.
        var position: UInt64?
        var isClosed = false
    }

    /// A seat belongs to its connection alone.
    private struct Unowned { weak var seat: StreamSeat? }

    private let journal: any EventJournal
    private let maxStreams: Int
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())
    private let counted: (events: Counter, behind: Counter)

    /// - Parameters:
    ///   - journal: Where events come from.
    ///   - maxStreams: Readers at once.
    ///   - registry: Shows their number.
    ///   - logger: Hears when the journal cannot be read.
    ///   - now: The wall clock.
    init(
        journal: any EventJournal, maxStreams: Int, registry: MetricsRegistry, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.journal = journal
        self.maxStreams = maxStreams
        self.logger = logger
        self.now = now
        counted = (
            registry.counter("gateway.stream.events", help: "Events read for the event streams."),
            registry.counter("gateway.stream.resets", help: "Times that the journal did not have what came next.")
        )
        registry.collect { [weak self] readings in
            readings.gauge("gateway.streams", help: "Open event streams.", Double(self?.count ?? 0))
        }
    }

    /// Streams that are open.
    var count: Int { state.withLock { $0.seats.count } }

    /// Whether the journal has been reached.
    var isReady: Bool { state.withLock { $0.position != nil } }

    /// Why nobody can be let in.
    enum Refusal: Error, Hashable, Sendable {
        case tooMany(limit: Int)
        case closed
        /// The journal has not been reached yet.
        case notReady
    }

    /// Lets a reader in.
    ///
    /// - Parameters:
    ///   - principal: Who reads.
    ///   - cut: Ends his connection at once.
    /// - Returns: His seat, and where its events begin: behind this offset.
    /// - Throws: ``Refusal``.
    func join(
        _ principal: Principal, cut: @escaping @Sendable () -> Void
    ) throws(Refusal) -> (seat: StreamSeat, position: UInt64) {
        let joined = state.withLock { state -> Result<(StreamSeat, UInt64), Refusal> in
            guard !state.isClosed else { return .failure(.closed) }
            guard state.seats.count < maxStreams else { return .failure(.tooMany(limit: maxStreams)) }
            guard let position = state.position else { return .failure(.notReady) }
            state.lastNumber += 1
            let seat = StreamSeat(number: state.lastNumber, principal: principal, cut: cut) { [weak self] number in
                self?.state.withLock { _ = $0.seats.removeValue(forKey: number) }
            }
            state.seats[seat.number] = Unowned(seat: seat)
            return .success((seat, position))
        }
        return try joined.get()
    }

    /// Reads older events, for a reader who comes again.
    func read(from offset: UInt64) async throws(JournalReadFailure) -> ReadPage {
        try await journal.read(from: offset, limit: Self.pageEvents)
    }

    // MARK: Running

    func run() async throws {
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        ring.yield()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in self.journal.rings().cancelOnGracefulShutdown() { ring.yield() }
            }
            group.addTask { await self.keepTime(ring) }
            for await _ in bell.cancelOnGracefulShutdown() { await readOn() }
            close()
            group.cancelAll()
        }
    }

    /// Pings, expired tokens, and a look at the journal in case the doorbell was not heard.
    private func keepTime(_ ring: AsyncStream<Void>.Continuation) async {
        var beats: UInt64 = 0
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.beat) } catch { return }
            beats += 1
            if beats % Self.lookBeats == 0 { ring.yield() }
            let now = now()
            let instant = ContinuousClock.now
            for seat in seats {
                seat.check(now: now, at: instant)
                if beats % Self.pingBeats == seat.number % Self.pingBeats { seat.offer(.ping) }
            }
        }
    }

    private var seats: [StreamSeat] { state.withLock { $0.seats.values.compactMap(\.seat) } }

    /// Reads what is new, and hands it on.
    private func readOn() async {
        do throws(JournalReadFailure) {
            guard let position = state.withLock({ $0.position }) else {
                let page = try await journal.read(from: nil, limit: 1)
                state.withLock { $0.position = page.end - min(page.end, 1) }
                return
            }
            var next = position + 1
            while true {
                let page = try await journal.read(from: next, limit: Self.pageEvents)
                next = page.next
                hand(page.records.map(StreamFrame.init), through: page.next - min(page.next, 1))
                counted.events.add(page.records.count)
                if page.next >= page.end { return }
            }
        } catch {
            switch error {
            case .unavailable: break
            case .notThere(let code): await startAnew(code)
            }
        }
    }

    /// The journal does not have what comes next: everybody has to load anew.
    private func startAnew(_ code: String) async {
        guard let page = try? await journal.read(from: nil, limit: 1) else { return }
        let end = page.end - min(page.end, 1)
        // A position just behind the end is no gap.
        guard state.withLock({ $0.position }) != end else { return }
        counted.behind.add()
        logger.warning("The event stream begins anew", metadata: [LogKeys.code: "\(code)", LogKeys.offset: "\(end)"])
        hand([.reset(at: end, reason: code)], through: end)
    }

    /// Moves the position and offers frames in one step, so that a reader who joins gets each event once.
    private func hand(_ frames: [StreamFrame], through position: UInt64) {
        let seats = state.withLock { state in
            state.position = position
            return state.seats.values.compactMap(\.seat)
        }
        for frame in frames {
            for seat in seats { seat.offer(frame) }
        }
    }

    private func close() {
        state.withLock { $0.isClosed = true }
        for seat in seats { seat.end(.shuttingDown) }
    }
}
