import Hosting

/// How what was missed is found and put right.
///
/// Configuration keys, in `sync.healing`:
/// - `interval_minutes` (int, default 5, range 1...1440): time between rounds; one at the start besides.
/// - `lookback_minutes` (int, default 60, range 1...43200): how far the first round reads back.
/// - `overlap_seconds` (int, default 60, range 0...3600): how much earlier than the last round a round begins reading.
/// - `max_events` (int, default 10000, range 100...100000): entries read of one listing in one round; the next goes on.
/// - `max_pairs` (int, default 200, range 1...10000): pairs compared in one round; the next goes on with others.
/// - `max_messages` (int, default 2000, range 100...20000): a longer conversation is not compared.
/// - `settle_seconds` (int, default 30, range 0...3600): how long after its end an interaction is summed up.
struct HealingSettings: Hashable, Sendable {
    var interval: Duration
    var lookback: Duration
    var overlap: Duration
    var maxEvents: Int
    var maxPairs: Int
    var maxMessages: Int
    var settle: Duration

    init(reader: SettingsReader) {
        interval = reader.duration("interval_minutes", default: .seconds(300), in: .seconds(60)...(.seconds(86_400)))
        lookback = reader.duration(
            "lookback_minutes", default: .seconds(3_600), in: .seconds(60)...(.seconds(2_592_000)))
        overlap = reader.duration("overlap_seconds", default: .seconds(60), in: .zero...(.seconds(3_600)))
        maxEvents = reader.int("max_events", default: 10_000, in: 100...100_000)
        maxPairs = reader.int("max_pairs", default: 200, in: 1...10_000)
        maxMessages = reader.int("max_messages", default: 2_000, in: 100...20_000)
        settle = reader.duration("settle_seconds", default: .seconds(30), in: .zero...(.seconds(3_600)))
    }
}
