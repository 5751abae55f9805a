/// Decides what `patchbay up` does when one of its processes ends.
///
/// Knows neither processes nor clocks: the caller says how long the process ran and carries out the action.
struct Supervision: Sendable {
    enum Action: Equatable, Sendable {
        case restart(after: Duration)
        /// End all processes, and end with this code.
        case stopAll(code: Int32)
        /// It ended because it was told to.
        case none
    }

    enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)

        /// As a shell says it: 128 + signal.
        var code: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        }
    }

    /// Wait before the first, second, … restart in a row; the last one repeats.
    static let backoff: [Duration] = [
        .milliseconds(500), .seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(30),
    ]
    /// A process that ran this long counts as sound: its next failure is the first again.
    static let soundAfter = Duration.seconds(60)
    /// Codes after which a restart cannot help, with the reason: see `ExitCode`.
    static let finalCodes: [Int32: String] = [
        64: "its command line is wrong",
        74: "storage failed; a person must look before it starts again",
        75: "another process owns its socket or data directory",
        78: "its configuration is wrong",
    ]

    private var failures: [String: Int] = [:]
    private(set) var isStopping = false

    /// Says that every process is being told to end.
    mutating func stop() {
        isStopping = true
    }

    /// Decides about a process that has ended.
    ///
    /// - Parameters:
    ///   - name: Of the process.
    ///   - ending: How it ended.
    ///   - uptime: How long it ran.
    /// - Returns: What to do.
    mutating func ended(_ name: String, _ ending: Ending, uptime: Duration) -> Action {
        guard !isStopping else { return .none }
        if case .exited(let code) = ending, Self.finalCodes[code] != nil { return .stopAll(code: code) }
        let count = uptime >= Self.soundAfter ? 0 : failures[name] ?? 0
        failures[name] = count + 1
        return .restart(after: Self.backoff[min(count, Self.backoff.count - 1)])
    }
}

extension Supervision.Ending: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let code):
            "exit code \(code)" + (Supervision.finalCodes[code].map { " (\($0))" } ?? "")
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
