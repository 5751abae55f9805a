import Events
import Hosting

/// The time of day, read where an adapter needs it.
enum WallClock {
    static func now() -> Timestamp { Timestamp(unixNanoseconds: SystemTime.unixNanoseconds()) }
}
