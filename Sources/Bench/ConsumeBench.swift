import ArgumentParser
import Bus
import CPlatform
import Synchronization
import Wire

/// Consume and ack what was published before: one group, one member.
struct ConsumeBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "consume")
    @OptionGroup var options: BenchOptions
    @Option var count = 600_000
    @Option var keys = 1_000

    func run() async throws {
        var load = Load(size: options.size, keys: keys)
        load.topic = "bench.consume-\(keys)"
        let (topic, run) = (load.topic, load.run)
        _ = try await options.withBus { [load] bus in try await load.publish(count, tasks: 256, on: bus) }
        let seconds = try await options.withBus { bus in
            let started = cplatform_monotonic_ns()
            try await Drain(group: "consume-\(run)", topic: topic, count: count).run(on: bus)
            return Double(cplatform_monotonic_ns() - started) / 1e9
        }
        Figure(name: options.name, value: Double(count) / seconds, unit: "events/s").report()
    }
}

/// A member that consumes `count` events of a topic and stops.
struct Drain: Sendable {
    var group: String
    var topic: String
    var count: Int

    func run(on bus: BusConnection) async throws {
        var config = GroupConfig(filters: [topic])
        config.maxAckPending = 100_000
        let seen = Ticket()
        let (done, finish) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask { [config] in
                let options = ConsumeOptions(concurrency: 8, prefetchEvents: 8_192, prefetchBytes: 16 << 20)
                try await bus.consume(group: group, config: config, options: options) { _ in
                    if seen.take() == count - 1 { finish.finish() }
                    return .ack
                }
                return false
            }
            tasks.addTask {
                for await _ in done {}
                try await acknowledged(on: bus)
                return true
            }
            while let isDone = try await tasks.next(), !isDone {}
            tasks.cancelAll()
        }
        guard seen.taken == count else { throw BenchError.wrongCount(expected: count, found: seen.taken) }
    }

    /// Waits until the Broker has every ack on disk.
    private func acknowledged(on bus: BusConnection) async throws {
        while true {
            let groups = try await bus.admin(AdminRequest(.groups), as: [GroupInfo].self)
            if let info = groups.first(where: { $0.group == group }), info.ackPending == 0 { return }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
