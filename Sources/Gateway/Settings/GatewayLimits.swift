import Hosting
import Twilio

/// The limits of the HTTP edge, each with what happens there.
///
/// Configuration keys, in the section `gateway`:
/// - `max_body_bytes` (int, default 262144, range 1024...1048576): a larger body is refused with 413, unread.
/// - `max_parameters` (int, default 1000, range 1...10000): a form with more is refused with 413.
/// - `max_header_bytes` (int, default 16384, range 1024...81920): a larger head is refused with 431.
/// - `header_timeout_ms` (int, default 10000, range 100...120000): from the first byte of a head, or the connection's
///   start, to its last; then 408 and the connection is closed.
/// - `body_timeout_ms` (int, default 15000, range 100...120000): from the head to the body's end; then 408.
/// - `idle_timeout_ms` (int, default 75000, range 1000...600000): between requests; then the connection is closed.
/// - `max_connections` (int, default 1024, range 1...65536): connections beyond are answered with 503 and closed.
/// - `max_webhooks_in_flight` (int, default 4096, range 1...65536): webhooks beyond are refused with 429.
/// - `publish_timeout_ms` (int, default 3000, range 50...14000): how long the journal's answer is waited for; then 503.
///   Twilio waits 5 s for Conversations and 15 s for the rest.
/// - `retry_after_seconds` (int, default 5, range 1...3600): goes with 429 and 503.
struct GatewayLimits: Sendable {
    let form: FormLimits
    let maxHeaderBytes: Int
    let headerTimeout: Duration
    let bodyTimeout: Duration
    let idleTimeout: Duration
    let maxConnections: Int
    let maxWebhooksInFlight: Int
    let publishTimeout: Duration
    let retryAfterSeconds: Int

    init(reader: SettingsReader) {
        form = FormLimits(
            maxBodyBytes: reader.int("max_body_bytes", default: 262_144, in: 1_024...1_048_576),
            maxParameters: reader.int("max_parameters", default: 1_000, in: 1...10_000))
        maxHeaderBytes = reader.int("max_header_bytes", default: 16_384, in: 1_024...81_920)
        headerTimeout = reader.duration(
            "header_timeout_ms", default: .seconds(10), in: .milliseconds(100)...(.seconds(120)))
        bodyTimeout = reader.duration(
            "body_timeout_ms", default: .seconds(15), in: .milliseconds(100)...(.seconds(120)))
        idleTimeout = reader.duration("idle_timeout_ms", default: .seconds(75), in: .seconds(1)...(.seconds(600)))
        maxConnections = reader.int("max_connections", default: 1_024, in: 1...65_536)
        maxWebhooksInFlight = reader.int("max_webhooks_in_flight", default: 4_096, in: 1...65_536)
        publishTimeout = reader.duration(
            "publish_timeout_ms", default: .seconds(3), in: .milliseconds(50)...(.seconds(14)))
        retryAfterSeconds = reader.int("retry_after_seconds", default: 5, in: 1...3_600)
    }
}
