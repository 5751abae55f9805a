import Bus
import Events
import Wire

/// What a lookup process says that it serves.
struct LookupReport: Hashable, Sendable {
    let instance: String
    let version: Int
    let sha256: String

    /// Those of all processes that live.
    static func all(_ bus: BusConnection) async throws -> [LookupReport] {
        try await bus.map(DirectoryMaps.lookups).all().compactMap { entry in
            guard let json = try? JSONValue(parsing: entry.value), let sha256 = json["sha256"]?.string else {
                return nil
            }
            return LookupReport(instance: entry.key, version: Int(json["version"]?.integer ?? 0), sha256: sha256)
        }
    }

    func json(current: PublishedHead) -> JSONValue {
        [
            "instance": .string(instance), "version": .number(JSONNumber(version)), "sha256": .string(sha256),
            "isCurrent": .bool(sha256 == current.sha256),
        ]
    }
}
