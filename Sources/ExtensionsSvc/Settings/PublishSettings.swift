import Hosting

/// How a version is put in force.
///
/// Configuration keys, in `extensions.publish`:
/// - `deploy_timeout_seconds` (int, default 30, range 1...300): how long is waited for the lookup processes; those that
///   do not serve the version by then are listed as missing, and catch up by themselves.
/// - `lease_seconds` (int, default 6, range 1...60): after a publishing process has died, another one ends its publish
///   so much later.
/// - `keep_versions` (int, default 50, range 2...1000): older ones are deleted and cannot be rolled back to.
struct PublishSettings: Hashable, Sendable {
    var deployTimeout = Duration.seconds(30)
    var lease = Duration.seconds(6)
    var keptVersions = 50

    init() {}

    init(reader: SettingsReader) {
        deployTimeout = reader.duration(
            "deploy_timeout_seconds", default: .seconds(30), in: .seconds(1) ... .seconds(300))
        lease = reader.duration("lease_seconds", default: .seconds(6), in: .seconds(1) ... .seconds(60))
        keptVersions = reader.int("keep_versions", default: 50, in: 2...1_000)
    }
}
