import Logging
import Synchronization
import Testing
import Wire

@testable import Bus

@Suite(.timeLimit(.minutes(1)))
struct BusConnectionTests {

    @Test func `many tasks publish at once and every one gets the offset of its own event`() async throws {
        let broker = try FakeBroker(path: socketPath())
        defer { broker.stop() }
        let receipts = try await withConnection(broker.path) { bus in
            try await withThrowingTaskGroup(of: (Int, UInt64).self) { group in
                for number in 0..<500 {
                    group.addTask { (number, try await bus.publish(event(number)).offset) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
        let log = broker.state.withLock { $0.log }
        #expect(log.count == 500)
        for (number, offset) in receipts { #expect(log[Int(offset)] == "/test\n\(number)") }
    }

    @Test func `several events published by one call keep their order and get their receipts`() async throws {
        let broker = try FakeBroker(path: socketPath())
        defer { broker.stop() }
        let receipts = try await withConnection(broker.path) { bus in
            try await bus.publish(all: (0..<100).map { event($0) })
        }
        #expect(receipts.map(\.offset) == Array(0..<100))
        #expect(broker.state.withLock { $0.log } == (0..<100).map { "/test\n\($0)" })
    }

    @Test func `what was unanswered when the Broker went is sent again to the next one`() async throws {
        let path = socketPath()
        let seen = Record<Void>()
        let first = try FakeBroker(path: path) { header, _, _ in
            if header.type == .publish { seen.add(()) }
            return header.type == .publish
        }
        let receipt = try await withConnection(path) { bus in
            async let receipt = bus.publish(event(1))
            _ = await seen.first(1)
            first.stop()
            let second = try FakeBroker(path: path, epoch: 2)
            defer { second.stop() }
            let result = try await receipt
            #expect(second.state.withLock { $0.log } == ["/test\n1"])
            return result
        }
        #expect(receipt.offset == 0)
    }

    @Test func `a refused event waits, resumes and is stored`() async throws {
        let publishes = Counter()
        let broker = try FakeBroker(path: socketPath()) { header, body, reply in
            guard header.type == .publish, publishes.next() <= 2 else { return false }
            var answer: [UInt8] = []
            PublishedBody.encode(
                [
                    PublishRun(
                        status: .refused, count: body.withUnsafeBytes { $0.u32(at: 0) }, offset: 0,
                        reason: "journal.full: x")
                ],
                into: &answer)
            reply.answer(.published, ref: header.ref, answer)
            return true
        }
        defer { broker.stop() }
        let receipt = try await withConnection(broker.path) { try await $0.publish(event(1)) }
        #expect(receipt == PublishReceipt(offset: 0))
        #expect(broker.state.withLock { $0.frames.filter { $0 == .resume }.count } == 2)
    }

    @Test func `a publish that was sent and is cancelled ends as unknown`() async throws {
        let seen = Record<Void>()
        let broker = try FakeBroker(path: socketPath()) { header, _, _ in
            if header.type == .publish { seen.add(()) }
            return header.type == .publish
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            await #expect(throws: BusError.outcomeUnknown) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await bus.publish(event(1)) }
                    _ = await seen.first(1)
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `without a Broker a publish waits and ends as closed when the connection ends`() async throws {
        let bus = BusConnection(
            BusConfiguration(socketPath: socketPath(), role: "service", client: "test/1"),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let running = Task { try await bus.run() }
        async let outcome = bus.core.publish(event(1))
        for await state in bus.stateUpdates {
            if case .connecting(_?) = state { break }
        }
        running.cancel()
        _ = try await running.value
        #expect(await outcome == .failed(.closed))
        #expect(bus.state == .closed)
        await #expect(throws: BusError.closed) { try await bus.publish(event(2)) }
        await #expect(throws: BusError.closed) { try await bus.run() }
    }

    @Test func `a Broker that will not have the role is told at once`() async throws {
        let broker = try FakeBroker(path: socketPath()) { header, _, reply in
            guard header.type == .hello else { return false }
            let failure = Failure(code: "session.role", message: "no such role", retryable: false)
            reply.answer(.close, ref: header.ref, ControlJSON.encode(failure))
            return true
        }
        defer { broker.stop() }
        try await withConnection(broker.path) { bus in
            await #expect(
                throws: BusError.rejected(Failure(code: "session.role", message: "no such role", retryable: false))
            ) {
                try await bus.waitUntilConnected(within: .seconds(30))
            }
        }
    }

    @Test func `a Broker with a lower epoch is refused until it has a higher one`() async throws {
        let path = socketPath()
        let first = try FakeBroker(path: path, epoch: 5)
        try await withConnection(path) { bus in
            _ = try await bus.waitUntilConnected(within: .seconds(30))
            first.stop()
            let second = try FakeBroker(path: path, epoch: 4)
            defer { second.stop() }
            for await state in bus.stateUpdates {
                if case .connecting(let error?) = state, error.contains("epoch 4") { break }
            }
            second.state.withLock { $0.epoch = 6 }
            #expect(try await bus.waitUntilConnected(within: .seconds(30)).epoch == 6)
        }
    }
}
