import Glibc
import Logging
import Synchronization
import Testing
import Wire

@testable import Bus

/// A socket path that no other test has.
func socketPath() -> String { "\(P_tmpdir)/patchbay-bus-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock" }

/// Runs `body` with a connection to `path`, then ends it.
@discardableResult
func withConnection<Result: Sendable>(
    _ path: String, _ change: (inout BusConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (BusConnection) async throws -> Result
) async throws -> Result {
    var configuration = BusConfiguration(socketPath: path, role: "service", client: "test/1")
    configuration.connectBackoff = .milliseconds(1) ... .milliseconds(10)
    change(&configuration)
    let bus = BusConnection(configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            try await bus.run()
            return nil
        }
        group.addTask { try await body(bus) }
        var result: Result?
        for try await value in group {
            if let value {
                result = value
                group.cancelAll()
            }
        }
        return try #require(result)
    }
}

/// What a handler or a script tells a test.
final class Record<Element: Sendable>: Sendable {
    private let stream: AsyncStream<Element>
    private let continuation: AsyncStream<Element>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func add(_ element: Element) { continuation.yield(element) }

    /// The first `count` elements.
    func first(_ count: Int) async -> [Element] {
        var elements: [Element] = []
        for await element in stream {
            elements.append(element)
            if elements.count == count { break }
        }
        return elements
    }
}

extension [UInt8] {
    /// The frame with another session number.
    func inSession(_ session: UInt32) -> [UInt8] {
        var frame = self
        frame.set(u32: session, at: 4)
        return frame
    }
}

/// Counts.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// 1 at first, then 2, and so on.
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
