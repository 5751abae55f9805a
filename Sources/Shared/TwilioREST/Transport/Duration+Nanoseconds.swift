extension Duration {
    /// Whole nanoseconds, 0 for negative durations, the largest number for those that do not fit (584 years).
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return .max / 2 }
        return min(product, .max / 2) + UInt64(attoseconds / 1_000_000_000)
    }
}
