import ArgumentParser
import Bus
import CPlatform
import Wire

/// Reading an old journal from its start: as raw slices, and as decoded events.
struct CatchUpBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "catch-up")
    @OptionGroup var options: BenchOptions

    func run() async throws {
        try await options.withBus { bus in
            let (records, seconds) = try await readRaw(bus)
            Figure(name: "\(options.name)_raw", value: Double(records) / seconds, unit: "events/s").report()
            let (events, decodeSeconds) = try await readDecoded(bus)
            Figure(name: "\(options.name)_decoded", value: Double(events) / decodeSeconds, unit: "events/s").report()
        }
    }

    private func readRaw(_ bus: BusConnection) async throws -> (Int, Double) {
        let started = cplatform_monotonic_ns()
        var offset: UInt64 = 0
        var count = 0
        while true {
            let page = try await bus.readRaw(from: offset, maxBytes: 2 << 20)
            count += countRecords(page.bytes)
            guard page.next < page.end, page.next > offset else { break }
            offset = page.next
        }
        return (count, Double(cplatform_monotonic_ns() - started) / 1e9)
    }

    private func countRecords(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { buffer in
            var count = 0
            var position = 0
            while let header = BatchHeader(UnsafeRawBufferPointer(rebasing: buffer[position...])) {
                count += Int(header.count)
                position += header.totalBytes
                if position >= buffer.count { break }
            }
            return count
        }
    }

    private func readDecoded(_ bus: BusConnection) async throws -> (Int, Double) {
        let started = cplatform_monotonic_ns()
        var offset: UInt64 = 0
        var count = 0
        while true {
            let page = try await bus.read(ReadRequest(offset: offset, limit: 10_000, maxBytes: 4 << 20))
            for record in page.records where !record.document.isEmpty { count += record.topic.isEmpty ? 0 : 1 }
            guard page.next < page.end, page.next > offset else { break }
            offset = page.next
        }
        return (count, Double(cplatform_monotonic_ns() - started) / 1e9)
    }
}

/// Fills the journal with many events, for the start-up figures.
struct FillBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "fill")
    @OptionGroup var options: BenchOptions
    @Option var count = 10_000_000

    func run() async throws {
        let load = Load(size: options.size, keys: 10_000)
        try await options.withBus { bus in
            var sent = 0
            while sent < count {
                let batch = (sent..<min(sent + 4_000, count)).map(load.event)
                _ = try await bus.publish(all: batch)
                sent += batch.count
            }
        }
        Figure(name: options.name, value: Double(count), unit: "events").report()
    }
}
