import ArgumentParser
import Bus
import CPlatform
import Foundation
import ZeroMQ

/// Live tap: what bare SUB sockets receive while events are published at full speed.
struct TapBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tap")
    @OptionGroup var options: BenchOptions
    @Option var count = 400_000
    @Option var subscribers = 1
    @Option(help: "Connections that publish.") var connections = 2
    @Option(help: "Events of one publish: tasks that await each single one are slower than the tap.") var batch = 64

    /// Publishes of one connection that are awaited at a time.
    private static let tasks = 8

    func run() async throws {
        let watchers = try (0..<subscribers).map { _ in try Watcher("\(options.runDir)/tap.sock") }
        watchers.forEach { $0.start() }
        try await Task.sleep(for: .milliseconds(300))
        let started = cplatform_monotonic_ns()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<connections { group.addTask { try await publishShare() } }
            try await group.waitForAll()
        }
        let seconds = Double(cplatform_monotonic_ns() - started) / 1e9
        try await Task.sleep(for: .milliseconds(500))
        let received = watchers.map { $0.stop() }
        let slowest = received.min() ?? 0
        Figure(name: options.name, value: Double(slowest) / seconds, unit: "events/s").report()
        Figure(name: "\(options.name)_received", value: Double(slowest) / Double(count), unit: "ratio").report()
    }
}

extension TapBench {
    private func publishShare() async throws {
        var load = Load(size: options.size, keys: 1_000)
        load.topic = "bench.tap"
        let share = count / connections
        let next = Ticket()
        try await options.withBus { [load, batch] bus in
            try await withThrowingTaskGroup { group in
                for _ in 0..<TapBench.tasks {
                    group.addTask {
                        while case let first = next.take() * batch, first < share {
                            _ = try await bus.publish(all: (first..<min(first + batch, share)).map(load.event))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

/// A bare SUB on a thread of its own that counts messages.
final class Watcher: Sendable {
    private let path: String
    private let received = Ticket()
    private let stopping = Ticket()
    private let isRunning = DispatchSemaphore(value: 0)

    init(_ path: String) throws { self.path = path }

    func start() {
        Thread.detachNewThread { [self] in
            do { try watch() } catch { print("tap: \(error)") }
            isRunning.signal()
        }
    }

    private func watch() throws {
        let context = try ZeroMQContext()
        let socket = try ZeroMQSocket(.sub, in: context)
        try socket.set(.receiveHighWaterMark, 100_000)
        try socket.subscribe("bench.")
        try socket.connect("ipc://\(path)")
        var poller = ZeroMQPoller()
        _ = poller.add(socket)
        let frame = ZeroMQFrame()
        while stopping.taken == 0 {
            poller.wait(milliseconds: 50)
            while socket.receive(into: frame) { if !frame.hasMore { _ = received.take() } }
        }
        socket.close()
    }

    /// - Returns: How many messages came.
    func stop() -> Int {
        _ = stopping.take()
        isRunning.wait()
        return received.taken
    }
}

/// Taps that connect and never read, until killed.
struct StalledTaps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stalled-taps")
    @OptionGroup var options: BenchOptions
    @Option var subscribers = 20

    func run() async throws {
        let context = try ZeroMQContext()
        var sockets: [ZeroMQSocket] = []
        for _ in 0..<subscribers {
            let socket = try ZeroMQSocket(.sub, in: context)
            try socket.set(.receiveHighWaterMark, 1)
            try socket.subscribe("")
            try socket.connect("ipc://\(options.runDir)/tap.sock")
            sockets.append(socket)
        }
        print("stalled")
        fflush(nil)
        try await Task.sleep(for: .seconds(600))
        withExtendedLifetime(sockets) {}
    }
}
