import ArgumentParser
import Bus
import CPlatform
import Synchronization
import Wire

/// Publish to consumer at a steady rate, from the scheduled time of sending to the handler.
struct LatencyBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "latency")
    @OptionGroup var options: BenchOptions
    @Option var rate = 1_000
    @Option var seconds = 4

    func run() async throws {
        let count = rate * seconds
        let latencies = try await options.withBus { publisher in
            try await options.withBus { consumer in try await measure(count, publisher, consumer) }
        }
        Figure.report(latencies: latencies, name: options.name)
    }

    private func measure(_ count: Int, _ publisher: BusConnection, _ consumer: BusConnection) async throws -> [UInt64] {
        var load = Load(size: options.size, keys: 1_000)
        load.topic = "bench.latency"
        let schedule = Schedule(count: count)
        var config = GroupConfig(filters: [load.topic])
        config.deliverPolicy = .new
        let (done, finish) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [load, config] in
                try await consumer.consume(group: "latency-\(load.run)", config: config) { delivery in
                    if schedule.received(delivery.eventID, at: cplatform_monotonic_ns()) == count { finish.finish() }
                    return .ack
                }
            }
            while try await publisher.admin(AdminRequest(.groups), as: [GroupInfo].self)
                .first(where: { $0.group == "latency-\(load.run)" })?.members.isEmpty ?? true
            {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await send(count, load, schedule, publisher)
            for await _ in done {}
            tasks.cancelAll()
        }
        return schedule.latencies
    }

    private func send(_ count: Int, _ load: Load, _ schedule: Schedule, _ publisher: BusConnection) async throws {
        let start = cplatform_monotonic_ns() + 10_000_000
        try await withThrowingTaskGroup(of: Void.self) { sends in
            for number in 0..<count {
                let due = start + UInt64(number) * 1_000_000_000 / UInt64(rate)
                schedule.plan(number, at: due)
                let now = cplatform_monotonic_ns()
                if due > now + 50_000 { try await Task.sleep(for: .nanoseconds(Int(due - now) - 40_000)) }
                while cplatform_monotonic_ns() < due {}
                let event = load.event(number)
                sends.addTask { _ = try await publisher.publish(event) }
            }
            try await sends.waitForAll()
        }
    }
}

/// When each event was due and how long it took.
final class Schedule: Sendable {
    private struct State {
        var due: [UInt64]
        var latencies: [UInt64] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(due: Array(repeating: 0, count: count))) }

    func plan(_ number: Int, at due: UInt64) { state.withLock { $0.due[number] = due } }

    /// - Returns: How many arrived.
    func received(_ id: String, at now: UInt64) -> Int {
        let number = id.split(separator: "-").last.flatMap { Int($0) } ?? 0
        return state.withLock { state in
            state.latencies.append(now - state.due[number])
            return state.latencies.count
        }
    }

    var latencies: [UInt64] { state.withLock { $0.latencies } }
}
