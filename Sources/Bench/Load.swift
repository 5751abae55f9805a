import Bus
import CPlatform
import Synchronization

/// Events to publish: distinct ids, keys in turn.
struct Load: Sendable {
    var size: Int
    var keys: Int
    var topic = "bench.event"
    /// Makes ids of different runs differ.
    let run = UInt64(cplatform_realtime_ns())

    func event(_ number: Int) -> OutgoingEvent {
        OutgoingEvent(
            topic: topic, key: "key-\(number % keys)", id: "/bench\n\(run)-\(number)",
            document: Array(repeating: UInt8(ascii: "x"), count: size))
    }

    /// Publishes `count` events with `tasks` tasks that await each of theirs.
    /// - Returns: Seconds, and the latency of every publish in nanoseconds.
    func publish(_ count: Int, tasks: Int, on bus: BusConnection) async throws -> (Double, [UInt64]) {
        let started = cplatform_monotonic_ns()
        let next = Ticket()
        let all = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<tasks {
                group.addTask { try await publishShare(count, next, on: bus) }
            }
            var all: [UInt64] = []
            all.reserveCapacity(count)
            for try await share in group { all += share }
            return all
        }
        return (Double(cplatform_monotonic_ns() - started) / 1e9, all)
    }

    private func publishShare(_ count: Int, _ next: Ticket, on bus: BusConnection) async throws -> [UInt64] {
        var latencies: [UInt64] = []
        while true {
            let number = next.take()
            guard number < count else { return latencies }
            let event = event(number)
            let before = cplatform_monotonic_ns()
            _ = try await bus.publish(event)
            latencies.append(cplatform_monotonic_ns() - before)
        }
    }
}

/// Hands out numbers.
final class Ticket: Sendable {
    private let next = Atomic<Int>(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
    var taken: Int { next.load(ordering: .relaxed) }
}
