import Bus
import Directory
import Events
import Wire

/// Published versions in the maps that ExtensionsSvc writes.
struct BusDirectorySource: DirectorySource {
    /// How long a report counts; it is renewed three times in that.
    static let reportLifetime = Duration.seconds(15)

    let bus: BusConnection
    /// This process among the lookup processes.
    let label: String
    let now: @Sendable () -> Timestamp

    func head() async throws(SourceFailure) -> DirectoryHead? {
        guard let json = try await json("extensions-head", "published") else { return nil }
        guard let version = json["version"]?.integer, let sha256 = json["sha256"]?.string,
            let count = json["count"]?.integer
        else { throw SourceFailure(code: "lookup.head_malformed") }
        return DirectoryHead(version: Int(version), sha256: sha256, count: Int(count))
    }

    func manifest(of version: Int) async throws(SourceFailure) -> DirectoryManifest? {
        let digits = String(version)
        let key = String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
        guard let json = try await json("extensions-versions", key) else { return nil }
        do throws(DirectoryError) {
            return try DirectoryManifest(json: json)
        } catch {
            throw SourceFailure(code: error.code)
        }
    }

    func chunk(_ sha256: String) async throws(SourceFailure) -> [UInt8]? {
        try await value("extensions-chunks", sha256)
    }

    func report(_ head: DirectoryHead) async throws(SourceFailure) {
        let report: JSONValue = [
            "version": .number(JSONNumber(head.version)), "sha256": .string(head.sha256),
            "count": .number(JSONNumber(head.count)), "at": .string(now().rfc3339),
        ]
        do throws(BusError) {
            _ = try await bus.map("extensions-lookups").put(label, report.bytes, ttl: Self.reportLifetime)
        } catch {
            throw SourceFailure(code: error.code)
        }
    }

    private func json(_ map: String, _ key: String) async throws(SourceFailure) -> JSONValue? {
        guard let bytes = try await value(map, key) else { return nil }
        guard let json = try? JSONValue(parsing: bytes) else { throw SourceFailure(code: "lookup.map_malformed") }
        return json
    }

    private func value(_ map: String, _ key: String) async throws(SourceFailure) -> [UInt8]? {
        do throws(BusError) {
            return try await bus.map(map).get(key)?.value
        } catch {
            throw SourceFailure(code: error.code)
        }
    }
}
