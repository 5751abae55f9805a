import ArgumentParser
import Bus
import CPlatform

/// Publish acked after fdatasync: tasks that each await their own publish, over one or more connections.
struct PublishBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "publish")
    @OptionGroup var options: BenchOptions
    @Option var tasks = 256
    @Option var connections = 1
    @Option var count = 600_000
    @Option var keys = 1_000

    func run() async throws {
        let load = Load(size: options.size, keys: keys)
        _ = try await options.withBus { bus in try await load.publish(20_000, tasks: tasks, on: bus) }
        let share = count / connections
        let started = cplatform_monotonic_ns()
        let latencies = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<connections {
                group.addTask {
                    let load = Load(size: options.size, keys: keys)
                    return try await options.withBus { bus in try await load.publish(share, tasks: tasks, on: bus).1 }
                }
            }
            var all: [UInt64] = []
            for try await share in group { all += share }
            return all
        }
        let seconds = Double(cplatform_monotonic_ns() - started) / 1e9
        Figure(name: options.name, value: Double(latencies.count) / seconds, unit: "events/s").report()
        Figure.report(latencies: latencies, name: options.name)
    }
}
