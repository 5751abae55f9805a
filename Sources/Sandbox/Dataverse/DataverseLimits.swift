import DequeModule
import Events

/// The service protection limits: requests, execution time and concurrency of each user over a sliding window.
///
/// The real ones count for each web server; here there is one. Who goes on sending while he is refused waits longer.
struct DataverseLimits: Sendable {
    struct Sizes: Hashable, Sendable {
        var requests = 6_000
        var window = Duration.seconds(300)
        var execution = Duration.seconds(1_200)
        var concurrency = 52
    }

    enum Kind: CaseIterable, Sendable {
        case requests, execution, concurrency

        func problem(_ sizes: Sizes, retryAfter: Int) -> DataverseProblem {
            let window = sizes.window.components.seconds
            return switch self {
            case .requests:
                DataverseProblem(
                    429, "0x80072322",
                    "Number of requests exceeded the limit of \(sizes.requests) over time window of \(window) seconds.",
                    retryAfter: retryAfter)
            case .execution:
                DataverseProblem(
                    429, "0x80072321",
                    "Combined execution time of incoming requests exceeded limit of "
                        + "\(sizes.execution.components.seconds * 1_000) milliseconds over time window of \(window) "
                        + "seconds. Decrease number of concurrent requests or reduce the duration of requests and try "
                        + "again later.", retryAfter: retryAfter)
            case .concurrency:
                DataverseProblem(
                    429, "0x80072326",
                    "Number of concurrent requests exceeded the limit of \(sizes.concurrency).", retryAfter: retryAfter)
            }
        }
    }

    /// What one user has used.
    private struct Use: Sendable {
        var requests: Deque<Timestamp> = []
        var executions: Deque<(ended: Timestamp, nanoseconds: UInt64)> = []
        var executed: UInt64 = 0
        var inFlight = 0
        var refusal: (kind: Kind, until: Timestamp)?
    }

    /// How much each request that comes too early adds to the wait; the wait is never longer than the window.
    static let penalty = Duration.seconds(1)

    var sizes = Sizes()
    private var uses: [GUID: Use] = [:]

    init(_ sizes: Sizes = Sizes()) {
        self.sizes = sizes
    }

    /// A request comes in.
    ///
    /// - Returns: Why it is refused; nil when it goes on, and ``end(_:started:now:)`` is then to be called.
    mutating func begin(_ user: GUID, now: Timestamp) -> DataverseProblem? {
        var use = uses[user] ?? Use()
        defer { uses[user] = use }
        expire(&use, now)
        if let refusal = use.refusal, now < refusal.until {
            let until = min(refusal.until.advanced(by: Self.penalty), now.advanced(by: sizes.window))
            use.refusal = (refusal.kind, until)
            return refusal.kind.problem(sizes, retryAfter: Self.seconds(now, until))
        }
        use.refusal = nil
        if use.inFlight >= sizes.concurrency { return Kind.concurrency.problem(sizes, retryAfter: 1) }
        if use.requests.count >= sizes.requests, let oldest = use.requests.first {
            return refuse(&use, .requests, until: oldest.advanced(by: sizes.window), now)
        }
        if use.executed >= Self.nanoseconds(sizes.execution), let oldest = use.executions.first {
            return refuse(&use, .execution, until: oldest.ended.advanced(by: sizes.window), now)
        }
        use.requests.append(now)
        use.inFlight += 1
        return nil
    }

    private func refuse(_ use: inout Use, _ kind: Kind, until: Timestamp, _ now: Timestamp) -> DataverseProblem {
        use.refusal = (kind, until)
        return kind.problem(sizes, retryAfter: Self.seconds(now, until))
    }

    /// A request has come to its end.
    mutating func end(_ user: GUID, started: Timestamp, now: Timestamp) {
        guard var use = uses[user], use.inFlight > 0 else { return }
        use.inFlight -= 1
        let spent = now > started ? now.unixNanoseconds - started.unixNanoseconds : 0
        use.executions.append((now, spent))
        use.executed += spent
        uses[user] = use
    }

    /// What is left, as the headers `x-ms-ratelimit-…` say it: requests, and seconds of execution.
    mutating func remaining(_ user: GUID, now: Timestamp) -> (requests: Int, seconds: Double) {
        var use = uses[user] ?? Use()
        expire(&use, now)
        uses[user] = use
        let left = Double(Self.nanoseconds(sizes.execution)) - Double(use.executed)
        return (max(0, sizes.requests - use.requests.count), max(0, left / 1_000_000_000))
    }

    private func expire(_ use: inout Use, _ now: Timestamp) {
        while let first = use.requests.first, first.advanced(by: sizes.window) <= now { use.requests.removeFirst() }
        while let first = use.executions.first, first.ended.advanced(by: sizes.window) <= now {
            use.executed -= first.nanoseconds
            use.executions.removeFirst()
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(max(0, duration.components.seconds)) * 1_000_000_000
            + UInt64(max(0, duration.components.attoseconds / 1_000_000_000))
    }

    private static func seconds(_ now: Timestamp, _ until: Timestamp) -> Int {
        guard until > now else { return 1 }
        return Int((until.unixNanoseconds - now.unixNanoseconds + 999_999_999) / 1_000_000_000)
    }
}
