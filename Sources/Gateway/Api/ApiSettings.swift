import Hosting

/// How the REST API asks the services that answer it.
///
/// Configuration keys, in `gateway.api`:
/// - `timeout_ms` (int, default 10000, range 100...29000): how long an answer is waited for; then 503.
/// - `slow_timeout_ms` (int, default 29000, range 1000...29000): the same for imports and bulk edits;
///   the bus keeps no call for longer than 30 s.
/// - `max_in_flight` (int, default 256, range 1...10000): requests that one service is answering; further
///   ones get 429. Each service has as many, and one person a quarter of them (at least 16).
/// - `max_slow_in_flight` (int, default 4, range 1...64): the same for imports and bulk edits, which bring megabytes.
/// - `max_slow_per_person` (int, default 2, range 1...64): the same of one person, counted from the head of a request on: a
///   body that comes slowly takes nobody else's place.
/// - `stall_ms` (int, default 60000, range 1000...600000): how long whoever exports may take to accept a piece of about
///   1 MiB, and whoever reads the event stream what he has missed; then he is cut off.
/// - `max_streams` (int, default 1000, range 1...65536): open event streams, 16 of one person; further ones get 429.
struct ApiSettings: Sendable {
    let timeout: Duration
    let slowTimeout: Duration
    let maxInFlight: Int
    let maxSlowInFlight: Int
    let maxSlowPerPerson: Int
    let stallLimit: Duration
    let maxStreams: Int

    init(reader: SettingsReader) {
        timeout = reader.duration("timeout_ms", default: .seconds(10), in: .milliseconds(100)...(.seconds(29)))
        slowTimeout = reader.duration("slow_timeout_ms", default: .seconds(29), in: .seconds(1)...(.seconds(29)))
        maxInFlight = reader.int("max_in_flight", default: 256, in: 1...10_000)
        maxSlowInFlight = reader.int("max_slow_in_flight", default: 4, in: 1...64)
        maxSlowPerPerson = reader.int("max_slow_per_person", default: 2, in: 1...64)
        stallLimit = reader.duration("stall_ms", default: .seconds(60), in: .seconds(1)...(.seconds(600)))
        maxStreams = reader.int("max_streams", default: 1_000, in: 1...65_536)
    }
}
