import Hosting
import Journal

/// The Broker's settings: section `broker`.
///
/// - `max_event_bytes` (1 KiB…8 MiB, 1 MiB), `max_frame_bytes` (64 KiB…64 MiB, 8 MiB), `max_unacked_events`,
///   `max_unacked_bytes`, `heartbeat_ms` (100…60,000, 1,000), `session_out_bytes`, `max_sessions`, `max_topics`,
///   `dedup_max_ids`, `max_groups`, `max_map_bytes`, `max_subscriptions`: see ``BrokerLimits``.
/// - `tail_cache_bytes` (1 MiB…1 GiB, 24 MiB): newest records kept in memory.
/// - `tap_high_water_mark` (100…1,000,000, 16,384): messages that wait for one slow tap; further ones are dropped for it.
/// - `save_interval_ms` (100…600,000, 10,000): how often derived state is saved and retention looked at.
/// - `verify_interval_hours` (0…8,760, 24): from one verification of sealed segments to the next; 0: never.
/// - `verify_bytes_per_second` (64 KiB…1 GiB, 8 MiB): how fast it reads.
/// - `segment_bytes`, `retention_days`, `retention_bytes`, `floor_free_bytes`: see ``JournalOptions``.
/// - `roles.<role>.may` (list of permissions), `roles.<role>.uids` (list of user ids): who may do what.
struct BrokerSettings: ServiceSettings {
    static let sections = ["broker"]

    var limits = BrokerLimits()
    var journal = JournalOptions()
    var tailCacheBytes: Int
    var tapHighWaterMark: Int
    var saveInterval: Duration
    var verifyIntervalHours: Int
    var verifyBytesPerSecond: Int
    var roles: [String: AccessPolicy.Role]

    init(reader: SettingsReader) {
        let broker = reader.section("broker")
        limits.maxEventBytes = broker.int("max_event_bytes", default: 1 << 20, in: 1_024...8 << 20)
        limits.maxFrameBytes = broker.int("max_frame_bytes", default: 8 << 20, in: 65_536...32 << 20)
        limits.maxUnackedEvents = broker.int("max_unacked_events", default: 65_536, in: 1...1_000_000)
        limits.maxUnackedBytes = broker.int("max_unacked_bytes", default: 16 << 20, in: 65_536...256 << 20)
        limits.heartbeatMs = broker.int("heartbeat_ms", default: 1_000, in: 100...60_000)
        limits.sessionOutBytes = broker.int("session_out_bytes", default: 64 << 20, in: 1 << 20...1 << 30)
        limits.maxSessions = broker.int("max_sessions", default: 1_024, in: 1...65_536)
        limits.maxTopics = broker.int("max_topics", default: 65_536, in: 64...1_000_000)
        limits.dedupMaxIDs = broker.int("dedup_max_ids", default: 2_000_000, in: 1_000...100_000_000)
        limits.maxGroups = broker.int("max_groups", default: 1_024, in: 1...65_536)
        limits.maxMapBytes = broker.int("max_map_bytes", default: 256 << 20, in: 1 << 20...16 << 30)
        limits.maxSubscriptions = broker.int("max_subscriptions", default: 1_024, in: 1...65_536)
        tailCacheBytes = broker.int("tail_cache_bytes", default: 24 << 20, in: 1 << 20...1 << 30)
        tapHighWaterMark = broker.int("tap_high_water_mark", default: 16_384, in: 100...1_000_000)
        saveInterval = broker.duration(
            "save_interval_ms", default: .seconds(10), in: .milliseconds(100) ... .seconds(600))
        verifyIntervalHours = broker.int("verify_interval_hours", default: 24, in: 0...8_760)
        verifyBytesPerSecond = broker.int("verify_bytes_per_second", default: 8 << 20, in: 1 << 16...1 << 30)
        journal.segmentBytes = broker.int("segment_bytes", default: 128 << 20, in: 1 << 16...1 << 30)
        journal.floorFreeBytes = UInt64(broker.int("floor_free_bytes", default: 256 << 20, in: 0...1 << 44))
        let days = broker.int("retention_days", default: 7, in: 0...3_650)
        let bytes = broker.int("retention_bytes", default: 0, in: 0...1 << 50)
        journal.retention = JournalRetention(
            maxAge: days == 0 ? nil : .seconds(days * 86_400), maxBytes: bytes == 0 ? nil : UInt64(bytes))
        // A turn, the largest frame, and what groups may give up in one turn.
        journal.maxBatchBytes = 64 << 20
        roles = BrokerSettings.roles(broker)
    }

    private static func roles(_ broker: SettingsReader) -> [String: AccessPolicy.Role] {
        var roles = defaultRoles
        for (name, reader) in broker.keyed("roles") {
            let may = reader.strings("may", default: (roles[name]?.permissions ?? []).map(\.rawValue).sorted())
            let uids = reader.strings("uids")
            let permissions = may.compactMap { word in
                if Permission(rawValue: word) == nil {
                    let known = Permission.allCases.map(\.rawValue).joined(separator: ", ")
                    reader.reject("may", because: "'\(word)' is not one of \(known)")
                }
                return Permission(rawValue: word)
            }
            let numbers = uids.compactMap { text in
                if UInt32(text) == nil { reader.reject("uids", because: "'\(text)' is not a user id") }
                return UInt32(text)
            }
            roles[name] = .init(permissions: Set(permissions), uids: Set(numbers))
        }
        return roles
    }

    /// Roles that exist without configuration; only root and the Broker's own user may take them then.
    private static let defaultRoles: [String: AccessPolicy.Role] = [
        "gateway": .init(permissions: [.publish, .consume, .call, .serve, .maps, .read], uids: []),
        "service": .init(permissions: [.publish, .consume, .call, .serve, .maps, .read], uids: []),
        "operator": .init(permissions: Set(Permission.allCases), uids: []),
        "observer": .init(permissions: [.read], uids: []),
    ]
}
