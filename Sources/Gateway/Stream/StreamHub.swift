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

    /// Tokens that are asked about at once; the others' turn comes with the next beat.
    static let maxRechecks = 16
    /// Streams of one person at once: tabs and devices.
    static let maxOfOne = 16
    /// Offsets before the journal's end from where a new process reads, for readers who come again to it.
    static let lookBack: UInt64 = 2_000

    private struct State {
        var seats = StreamSeats()
        var backlog = StreamBacklog()
        var lastNumber: UInt64 = 0
        /// Offset before the next one to read; nil before the journal was reached.
        var position: UInt64?
        /// Everything up to here has been offered to those whom it is for.
        var handed: UInt64 = 0
        var isClosed = false
    }

    /// A reader's place, and what he begins with.
    struct Joined: Sendable {
        let seat: StreamSeat
        /// His seat's events begin behind this offset.
        let position: UInt64
        /// What he has missed; nil when he comes for the first time, or it must be read from the journal.
        let missed: [StoredRecord]?
    }

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
        case tooManyOfOne
        case closed
        /// The journal has not been reached yet.
        case notReady
    }

    /// Lets a reader in.
    ///
    /// - Parameters:
    ///   - principal: Who reads.
    ///   - last: The last event that he knows.
    ///   - standing: Whether his token still counts.
    ///   - cut: Ends his connection at once.
    /// - Returns: His place.
    /// - Throws: ``Refusal``.
    func join(
        _ principal: Principal, last: UInt64? = nil, standing: StreamStanding? = nil,
        cut: @escaping @Sendable () -> Void
    ) throws(Refusal) -> Joined {
        let joined = state.withLock { state -> Result<Joined, Refusal> in
            guard !state.isClosed else { return .failure(.closed) }
            guard state.seats.count < maxStreams else { return .failure(.tooMany(limit: maxStreams)) }
            guard state.seats.count(of: principal.subject) < Self.maxOfOne else { return .failure(.tooManyOfOne) }
            guard let position = state.position else { return .failure(.notReady) }
            state.lastNumber += 1
            let seat = StreamSeat(
                number: state.lastNumber, principal: principal, start: position, standing: standing, cut: cut
            ) { [weak self] number, subject in
                self?.state.withLock { $0.seats.remove(number, of: subject) }
            }
            state.seats.add(seat)
            let missed = last.flatMap { last in
                last <= position ? state.backlog.events(behind: last, for: principal.subject) : nil
            }
            return .success(Joined(seat: seat, position: position, missed: missed))
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

    /// Pings, tokens, and a look at the journal in case the doorbell was not heard.
    private func keepTime(_ ring: AsyncStream<Void>.Continuation) async {
        var beats: UInt64 = 0
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do { try await Task.sleep(for: Self.beat) } catch { break }
                beats += 1
                if beats % Self.lookBeats == 0 { ring.yield() }
                let now = now()
                let instant = ContinuousClock.now
                let (seats, handed) = state.withLock { ($0.seats.all, $0.handed) }
                let ping = StreamFrame.ping(at: handed)
                var rechecks = 0
                for seat in seats {
                    seat.check(now: now, at: instant)
                    if beats % Self.pingBeats == seat.number % Self.pingBeats {
                        seat.offer(handed > seat.start ? ping : .ping)
                    }
                    guard rechecks < Self.maxRechecks, seat.isCheckDue(at: instant) else { continue }
                    rechecks += 1
                    group.addTask { await seat.recheck() }
                }
            }
            group.cancelAll()
        }
    }

    /// Reads what is new, and hands it on.
    private func readOn() async {
        do throws(JournalReadFailure) {
            guard let position = state.withLock({ $0.position }) else { return try await begin() }
            var next = position + 1
            while true {
                let page = try await journal.read(from: next, limit: Self.pageEvents)
                next = page.next
                hand(page.records, through: page.next - min(page.next, 1))
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

    /// Reaches the journal for the first time, and reads what readers of the process before may have missed.
    private func begin() async throws(JournalReadFailure) {
        let end = try await journal.read(from: nil, limit: 1).end
        var next = max(1, end - min(end, Self.lookBack))
        state.withLock { $0.backlog.begin(at: next - 1) }
        do throws(JournalReadFailure) {
            while next < end {
                let page = try await journal.read(from: next, limit: Self.pageEvents)
                hand(page.records, through: page.next - min(page.next, 1), isReady: false)
                next = page.next
            }
        } catch {
            guard case .notThere = error else { throw error }
            next = end
            state.withLock { $0.backlog.begin(at: end - min(end, 1)) }
        }
        state.withLock { $0.position = next - min(next, 1) }
    }

    /// The journal does not have what comes next: everybody has to load anew.
    private func startAnew(_ code: String) async {
        guard let page = try? await journal.read(from: nil, limit: 1) else { return }
        let end = page.end - min(page.end, 1)
        // A position just behind the end is no gap.
        guard state.withLock({ $0.position }) != end else { return }
        counted.behind.add()
        logger.warning("The event stream begins anew", metadata: [LogKeys.code: "\(code)", LogKeys.offset: "\(end)"])
        let seats = state.withLock { state in
            state.position = end
            state.handed = 0
            state.backlog.begin(at: end)
            return state.seats.all
        }
        let frame = StreamFrame.reset(at: end, reason: code)
        for seat in seats { seat.offer(frame) }
        state.withLock { $0.handed = end }
    }

    /// Moves the position and finds who gets what in one step, so that a reader who joins gets each event once.
    ///
    /// An event for one person costs a look into a dictionary, and is encoded only if he reads here.
    private func hand(_ records: [StoredRecord], through position: UInt64, isReady: Bool = true) {
        let entries = records.map { record in
            StreamBacklog.Entry(
                record: record, audience: StreamTopics.audience(topic: record.topic, key: record.key))
        }
        let handed = state.withLock { state in
            if isReady { state.position = position }
            return entries.map { entry in
                state.backlog.append(entry)
                switch entry.audience {
                case .everyone: return state.seats.all
                case .subject(let subject): return state.seats.of(subject)
                case .nobody: return []
                }
            }
        }
        for (record, seats) in zip(records, handed) where !seats.isEmpty {
            let frame = StreamFrame(record)
            for seat in seats { seat.offer(frame) }
        }
        if isReady { state.withLock { $0.handed = position } }
    }

    private func close() {
        let seats = state.withLock { state in
            state.isClosed = true
            return state.seats.all
        }
        for seat in seats { seat.end(.shuttingDown) }
    }
}
