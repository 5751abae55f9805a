import Glibc

/// The machine's clock, read where an adapter needs it.
public enum SystemTime {
    /// Nanoseconds since 1970, UTC.
    public static func unixNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
