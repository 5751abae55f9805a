internal import CPlatform
internal import DequeModule
internal import Glibc
internal import Synchronization

/// Runs tasks on the owner thread of a connection, between taking in what came and sending what waits.
///
/// A handler that mostly talks to the Broker so changes threads for nothing but the rest of what it does: an answer
/// resumes it in the same turn in which it was read, and what it asks next leaves at that turn's end. What runs here must
/// be short and never block, since the connection's heartbeats wait meanwhile. Before the connection runs and after its
/// end, jobs go to the global executor.
final class BusExecutor: TaskExecutor {
    /// Jobs run before the sockets are looked at again.
    static let jobsPerTurn = 512
    /// Nanoseconds after which no further one is begun in a turn: heartbeats are due every second.
    static let turnTime: UInt64 = 5_000_000

    private struct State: Sendable {
        var jobs: Deque<UnownedJob> = []
        /// The thread that runs the jobs; nil: none does.
        var owner: pthread_t?
    }

    private let state = Mutex(State())
    private let wake: WakeSignal

    init(wake: WakeSignal) { self.wake = wake }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let owner = state.withLock { state in
            if state.owner != nil { state.jobs.append(job) }
            return state.owner
        }
        guard let owner else { return globalConcurrentExecutor.enqueue(job) }
        // The owner looks for jobs before it waits.
        if pthread_equal(pthread_self(), owner) == 0 { wake.signal() }
    }

    // MARK: The owner

    /// From here on the owner runs the jobs.
    func begin() { state.withLock { $0.owner = pthread_self() } }

    /// Whether no job waits.
    var isIdle: Bool { state.withLock { $0.jobs.isEmpty } }

    /// Runs what waits, at most ``jobsPerTurn``.
    func run() {
        let executor = asUnownedTaskExecutor()
        let end = cplatform_monotonic_ns() + Self.turnTime
        for count in 1...Self.jobsPerTurn {
            guard let job = state.withLock({ $0.jobs.popFirst() }) else { return }
            job.runSynchronously(on: executor)
            if count % 16 == 0, cplatform_monotonic_ns() >= end { return }
        }
    }

    /// The owner ends: what waits, and what comes from now on, runs elsewhere.
    func end() {
        let rest = state.withLock { state in
            state.owner = nil
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in rest { globalConcurrentExecutor.enqueue(job) }
    }
}
