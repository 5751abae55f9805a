import Hosting

/// How conversations are copied.
///
/// Configuration keys, in `sync.pump`:
/// - `concurrency` (int, default 256, range 1...1024): pairs at work at once, in each process.
/// - `batch_messages` (int, default 20, range 1...100): messages that are copied under one intent.
/// - `list_messages` (int, default 1000, range 100...10000): messages of a backlog held in memory at once, per pair.
/// - `message_memory_hours` (int, default 24, range 0...336): how long it is remembered which message is the copy of
///   which; 0: not at all. About 200 bytes of the Broker's memory each. When it is forgotten, it is looked up by tags.
/// - `max_media_bytes` (int, default 16777216, range 0...268435456): a larger file is not copied; a note says so.
/// - `max_media_in_flight_bytes` (int, default 134217728, range 1048576...4294967296): files held in memory at once, in
///   each process, all pairs together; who finds no room waits ``MediaBudget/waitLimit``, then tries again later.
/// - `max_attempts` (int, default 20, range 2...1000): then an event goes to the dead letters. A side that is away does
///   not count.
/// - `attributes` (list of strings): keys of conversation attributes that are copied, besides `patchbay`, which is ours.
/// - `receipts` (bool, default true): delivery receipts and read horizons are copied.
struct PumpSettings: Hashable, Sendable {
    var concurrency = 256
    var batchMessages = 20
    var listMessages = 1_000
    var messageMemory: Duration = .seconds(24 * 3_600)
    var maxMediaBytes = 16 << 20
    var maxMediaInFlightBytes = 128 << 20
    var maxAttempts = 20
    var attributes: [String] = []
    var areReceiptsOn = true

    init() {}

    init(reader: SettingsReader) {
        concurrency = reader.int("concurrency", default: concurrency, in: 1...1_024)
        batchMessages = reader.int("batch_messages", default: batchMessages, in: 1...100)
        listMessages = reader.int("list_messages", default: listMessages, in: 100...10_000)
        messageMemory = .seconds(3_600 * reader.int("message_memory_hours", default: 24, in: 0...336))
        maxMediaBytes = reader.int("max_media_bytes", default: maxMediaBytes, in: 0...(256 << 20))
        maxMediaInFlightBytes = reader.int(
            "max_media_in_flight_bytes", default: maxMediaInFlightBytes, in: (1 << 20)...(4 << 30))
        maxAttempts = reader.int("max_attempts", default: maxAttempts, in: 2...1_000)
        attributes = reader.strings("attributes", default: [])
        areReceiptsOn = reader.bool("receipts", default: true)
    }
}
