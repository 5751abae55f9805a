import Hosting

/// How files are imported.
///
/// Configuration keys, in `extensions.import`:
/// - `wait_ms` (int, default 10000, range 0...25000): how long a request waits for its import; then it is answered 202, and
///   the import is a job that can be asked after. Below `gateway.api.slow_timeout_ms`.
/// - `undo_hours` (int, default 24, range 1...720): how long an import can be undone, and asked after; it takes memory of
///   the Broker meanwhile.
struct ImportSettings: Hashable, Sendable {
    var wait = Duration.seconds(10)
    var undoable = Duration.seconds(86_400)

    init() {}

    init(reader: SettingsReader) {
        wait = reader.duration("wait_ms", default: .seconds(10), in: .zero ... .seconds(25))
        undoable = .seconds(3_600 * reader.int("undo_hours", default: 24, in: 1...720))
    }
}
