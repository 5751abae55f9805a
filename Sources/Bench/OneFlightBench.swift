import ArgumentParser
import Bus
import CPlatform
import Wire
import ZeroMQ

/// One publish in flight: from the async client, or with a bare socket as a C program would.
struct OneFlightBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "one-flight")
    @OptionGroup var options: BenchOptions
    @Option var count = 10_000
    @Flag(help: "A bare DEALER that blocks, instead of the async client.") var bare = false

    func run() async throws {
        let load = Load(size: options.size, keys: 1_000)
        let latencies = bare ? try measureBare(load) : try await measure(load)
        Figure.report(latencies: latencies, name: options.name)
    }

    private func measure(_ load: Load) async throws -> [UInt64] {
        try await options.withBus { bus in
            var latencies: [UInt64] = []
            for number in 0..<count {
                let event = load.event(number)
                let before = cplatform_monotonic_ns()
                _ = try await bus.publish(event)
                latencies.append(cplatform_monotonic_ns() - before)
            }
            return latencies
        }
    }

    private func measureBare(_ load: Load) throws -> [UInt64] {
        let context = try ZeroMQContext()
        let socket = try ZeroMQSocket(.dealer, in: context)
        try socket.set(.linger, 0)
        try socket.connect("ipc://\(options.runDir)/bus.sock")
        var poller = ZeroMQPoller()
        _ = poller.add(socket)
        let frame = ZeroMQFrame()
        func exchange(_ message: [UInt8]) {
            _ = message.withUnsafeBytes { socket.send($0) }
            while !socket.receive(into: frame) { poller.wait(milliseconds: -1) }
        }
        let hello = Hello(role: "operator", client: "bench-bare/1", instance: "1")
        exchange([UInt8](FrameHeader(.hello, session: 0, ref: 0), body: ControlJSON.encode(hello)))
        let session = frame.bytes.u32(at: 4)
        var latencies: [UInt64] = []
        for number in 0..<count {
            let event = load.event(number)
            var message: [UInt8] = []
            message.put(FrameHeader(.publish, session: session, ref: UInt64(number + 1)))
            message.put(u32: 1)
            message.putRecord(
                kind: .event, topic: event.topic.utf8, key: event.key.utf8, id: event.id.utf8, payload: event.document)
            let before = cplatform_monotonic_ns()
            exchange(message)
            latencies.append(cplatform_monotonic_ns() - before)
        }
        socket.close()
        return latencies
    }
}
