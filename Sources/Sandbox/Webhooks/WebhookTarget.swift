/// A webhook's URL taken apart: what is requested and signed, and what its fragment says about the connection.
///
/// Connection overrides (twilio.md §4): `rc` retries 0…5, `rp` what is retried (`4xx`, `5xx`, `ct`, `rt`, `all`), `ct`,
/// `rt` and `tt` timeouts in milliseconds. The fragment is never sent and not part of what is signed.
struct WebhookTarget: Hashable, Sendable {
    /// Without the fragment.
    let url: String
    let policy: WebhookPolicy

    /// - Parameters:
    ///   - configured: The URL as it was configured.
    ///   - policy: The product's defaults; the hard limit of its whole request stays one.
    init(_ configured: String, policy: WebhookPolicy) {
        let parts = configured.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        url = String(parts[0])
        var policy = policy
        guard parts.count == 2 else {
            self.policy = policy
            return
        }
        var read: Duration?
        for pair in parts[1].split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { continue }
            switch halves[0] {
            case "rc": policy.retries = Self.number(halves[1], in: 0...WebhookPolicy.maxRetries) ?? policy.retries
            case "rp": policy.retryOn = Self.retryable(halves[1]) ?? policy.retryOn
            case "ct":
                policy.connectTimeout = Self.milliseconds(halves[1], least: 100, most: 10_000) ?? policy.connectTimeout
            case "rt": read = Self.milliseconds(halves[1], least: 100, most: 15_000)
            case "tt":
                policy.totalTimeout = min(
                    policy.totalTimeout, Self.milliseconds(halves[1], least: 100, most: 15_000) ?? policy.totalTimeout)
            default: continue
            }
        }
        if let read { policy.totalTimeout = min(policy.totalTimeout, policy.connectTimeout + read) }
        self.policy = policy
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func milliseconds(_ text: Substring, least: Int, most: Int) -> Duration? {
        number(text, in: least...most).map { .milliseconds($0) }
    }

    private static func retryable(_ text: Substring) -> WebhookPolicy.Retryable? {
        var retryable: WebhookPolicy.Retryable = []
        for name in text.split(separator: ",") {
            switch name {
            case "4xx": retryable.insert(.clientErrors)
            case "5xx": retryable.insert(.serverErrors)
            case "ct": retryable.insert(.connect)
            case "rt": retryable.insert(.read)
            case "all": retryable.formUnion(.all)
            default: return nil
            }
        }
        return retryable
    }
}
