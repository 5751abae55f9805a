public import Events

/// The time of day, read where an adapter needs it.
public enum WallClock {
    public static func now() -> Events.Timestamp {
        Events.Timestamp(unixNanoseconds: SystemTime.unixNanoseconds())
    }
}
