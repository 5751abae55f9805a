import Logging
import Synchronization
import Testing
import Wire

@testable import Bus

@Suite(.timeLimit(.minutes(1)))
struct ConsumerWatcherTests {
    private func consumer() -> Consumer {
        let configuration = BusConfiguration(socketPath: socketPath(), role: "service", client: "test/1")
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return Consumer(
            id: 1, request: JoinRequest(group: "g", config: nil, update: false), options: ConsumeOptions(),
            core: BusCore(configuration, logger: logger))
    }

    @Test func `a watcher that begins after its worker's end does not wait for it`() async {
        let consumer = consumer()
        consumer.begin(worker: 0)
        consumer.release(watcherOf: 0)
        #expect(await consumer.cancellation(of: 0) == false)
    }

    @Test func `the end of a worker does not end the watcher of the next one in its place`() async {
        let consumer = consumer()
        consumer.begin(worker: 0)
        consumer.release(watcherOf: 0)
        consumer.begin(worker: 0)
        consumer.state.withLock { $0.machine.workers[0].isCancelled = true }
        #expect(await consumer.cancellation(of: 0))
    }

    @Test func `a cancellation that comes too late does not meet the next worker in its place`() async {
        let consumer = consumer()
        consumer.begin(worker: 0)
        async let isCancelled = consumer.cancellation(of: 0)
        while consumer.state.withLock({ $0.watchers[0] == nil }) { await Task.yield() }
        consumer.cancel([0])
        consumer.release(watcherOf: 0)
        #expect(await isCancelled == false)
    }
}
