import ArgumentParser
import Bus
import Logging

/// What every measurement needs.
struct BenchOptions: ParsableArguments {
    @Option(help: "The Broker's run directory.")
    var runDir: String

    @Option(help: "Name of the figure in the output.")
    var name: String

    @Option(help: "Bytes of an event's document.")
    var size = 512

    /// A connection, and its task: cancel it when done.
    func withBus<Result: Sendable>(
        _ body: @escaping @Sendable (BusConnection) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let configuration = BusConfiguration(
            socketPath: "\(runDir)/bus.sock", role: "operator", client: "patchbay-bench/0.1.0")
        let bus = BusConnection(configuration, logger: logger)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await bus.run()
                return nil
            }
            group.addTask {
                _ = try await bus.waitUntilConnected(within: .seconds(10))
                return try await body(bus)
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw BenchError.connectionEnded
        }
    }
}

/// Why a measurement says nothing.
enum BenchError: Error {
    case connectionEnded
    case wrongCount(expected: Int, found: Int)
}
