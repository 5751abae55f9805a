/// Whether an account is asked at all.
public enum CircuitState: String, Hashable, Sendable, CaseIterable {
    /// Requests go out.
    case closed
    /// It failed too often in a row: nothing goes out.
    case open
    /// One request is out to see whether it is back.
    case halfOpen = "half_open"
}
