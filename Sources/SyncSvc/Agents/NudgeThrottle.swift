import Events

/// Keeps nudges ("someone waits, please come online") at least an interval apart for each agent.
struct NudgeThrottle: Hashable, Sendable {
    /// The least time between two nudges of one agent.
    let interval: Duration

    /// Whether an agent may be nudged now.
    ///
    /// - Parameters:
    ///   - last: When the agent was nudged last; nil: never.
    ///   - now: The current moment. A `last` in the future, as after a step of the clock, does not block for longer than
    ///     one interval.
    /// - Returns: True when the interval has passed.
    func allows(last: Timestamp?, now: Timestamp) -> Bool {
        guard let last else { return true }
        return now >= last.advanced(by: interval) || last >= now.advanced(by: interval)
    }
}
