/// How long an activity waits after the CRM did not take it.
///
/// It doubles from 1 s to a minute and is ten minutes after an hour of that; so the group's 1,000 deliveries last for six
/// days, and then the event is a dead letter that `patchbay dead retry` brings back. What the CRM asks for counts, up to an hour.
enum RetryPause {
    static let first = Duration.seconds(1)
    static let longest = Duration.seconds(60)
    static let afterHour = Duration.seconds(600)
    static let maxAsked = Duration.seconds(3_600)
    /// Deliveries until ``afterHour`` holds.
    static let hourAttempts = 66
    static let maxDeliver = 1_000

    /// - Parameters:
    ///   - attempt: 1 for the first that failed.
    ///   - asked: What the CRM asked for.
    ///   - jitter: 0..<1; up to a quarter is added, so that not all come back at once.
    /// - Returns: From now.
    static func after(attempt: Int, asked: Duration?, jitter: Double) -> Duration {
        let doubled = attempt > hourAttempts ? afterHour : min(longest, first * (1 << min(max(0, attempt - 1), 6)))
        return max(doubled, min(asked ?? .zero, maxAsked)) * (1 + 0.25 * jitter)
    }
}
