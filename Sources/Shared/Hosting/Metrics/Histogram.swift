import Synchronization

/// Counts observations by size, in buckets fixed when it is made.
public final class Histogram: Sendable {
    /// Bounds for durations in seconds, from 50 µs to 10 s.
    public static let durationBuckets = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    struct Reading {
        /// Of each bucket alone, the one without a bound last.
        var counts: [UInt64]
        var sum: Double
    }

    let bounds: [Double]
    private let reading: Mutex<Reading>

    init(bounds: [Double]) {
        precondition(!bounds.isEmpty && bounds == bounds.sorted(), "bounds must be there and ascend")
        self.bounds = bounds
        reading = Mutex(Reading(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    /// Counts one observation, in the unit of the metric.
    public func observe(_ value: Double) {
        observe(value, times: 1)
    }

    /// Counts a duration; the metric's unit is seconds.
    public func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) / 1e18)
    }

    /// Counts `times` equal observations at once, as for a batch.
    public func observe(_ value: Double, times: Int) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        reading.withLock { reading in
            reading.counts[index] += UInt64(times)
            reading.sum += value * Double(times)
        }
    }

    var current: Reading { reading.withLock { $0 } }
}
