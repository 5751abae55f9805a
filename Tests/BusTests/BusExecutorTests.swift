import Glibc
import Synchronization
import Testing
import Wire

@testable import Bus

@Suite(.timeLimit(.minutes(1)))
struct BusExecutorTests {
    /// The thread of the caller.
    private static var thread: UInt { UInt(pthread_self()) }

    @Test func `handlers on the connection share one thread, and come back to it after waiting elsewhere`()
        async throws
    {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .credit, reply.broker.state.withLock({ $0.outcomes.isEmpty }) else { return false }
            let deliveries = (0..<40 as Range<UInt64>).map { (id: $0 + 1, offset: $0, key: "key-\($0)") }
            reply.send(deliverFrame(subscription: 1, deliveries).inSession(reply.session))
            return true
        }
        defer { broker.stop() }
        let threads = Record<UInt>()
        let seen = try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let options = ConsumeOptions(runsOnConnection: true)
                    try await bus.consume(group: "g", config: nil, options: options) { _ in
                        threads.add(Self.thread)
                        try await Task.sleep(for: .milliseconds(1))
                        threads.add(Self.thread)
                        return .ack
                    }
                }
                let seen = await threads.first(80)
                group.cancelAll()
                try await group.waitForAll()
                return seen
            }
        }
        #expect(Set(seen).count == 1)
        #expect(broker.state.withLock { Set($0.outcomes.map(\.delivery)) } == Set(1...40))
    }

    @Test func `a job runs whether the connection has not begun, runs or has ended`() async {
        let executor = BusExecutor(wake: WakeSignal())
        let before = await withTaskExecutorPreference(executor) { Self.thread }
        let isStopping = Mutex(false)
        let owner = await withUnsafeContinuation { continuation in
            OwnerThread.start {
                executor.begin()
                continuation.resume(returning: Self.thread)
                while !isStopping.withLock({ $0 }) {
                    executor.run()
                    sched_yield()
                }
                executor.end()
            }
        }
        let during = await withTaskExecutorPreference(executor) { Self.thread }
        #expect(during == owner && before != owner)
        isStopping.withLock { $0 = true }
        // Until the thread sees it jobs run there, and afterwards elsewhere; none is forgotten in between.
        var after = owner
        while after == owner { after = await withTaskExecutorPreference(executor) { Self.thread } }
        #expect(after != owner)
    }
}
