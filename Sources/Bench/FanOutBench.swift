import ArgumentParser
import Bus
import CPlatform

/// Three groups at once while publishing, until all have acked everything.
struct FanOutBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "fan-out")
    @OptionGroup var options: BenchOptions
    @Option var count = 200_000
    @Option var groups = 3

    func run() async throws {
        var load = Load(size: options.size, keys: 1_000)
        load.topic = "bench.fan-out"
        let (topic, run) = (load.topic, load.run)
        let seconds = try await options.withBus { [load] publisher in
            let started = cplatform_monotonic_ns()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for group in 0..<groups {
                    tasks.addTask {
                        try await options.withBus { bus in
                            try await Drain(group: "fan-\(group)-\(run)", topic: topic, count: count).run(on: bus)
                        }
                    }
                }
                tasks.addTask { _ = try await load.publish(count, tasks: 256, on: publisher) }
                try await tasks.waitForAll()
            }
            return Double(cplatform_monotonic_ns() - started) / 1e9
        }
        Figure(name: "\(options.name)_in", value: Double(count) / seconds, unit: "events/s").report()
        Figure(name: "\(options.name)_out", value: Double(count * groups) / seconds, unit: "events/s").report()
    }
}
