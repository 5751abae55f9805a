import Hosting

/// The limits of sending webhooks, each with what happens there.
///
/// Configuration keys, in the section `sandbox`:
/// - `max_webhooks_waiting` (int, default 50000, range 1...1000000): per project; further ones are dropped, logged as
///   `webhook.queue_full`.
/// - `max_webhooks_in_flight` (int, default 256, range 1...10000): per project; the rest waits in order.
struct WebhookLimits: Sendable {
    var maxWaiting = 50_000
    var maxInFlight = 256

    init() {}

    init(reader: SettingsReader) {
        maxWaiting = reader.int("max_webhooks_waiting", default: 50_000, in: 1...1_000_000)
        maxInFlight = reader.int("max_webhooks_in_flight", default: 256, in: 1...10_000)
    }
}
