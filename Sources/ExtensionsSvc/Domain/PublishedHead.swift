import Events

/// Which version is in force.
struct PublishedHead: Hashable, Sendable {
    /// 0: none yet.
    var version = 0
    var sha256 = ""
    var count = 0

    static let none = PublishedHead()

    init() {}

    init(version: Int, sha256: String, count: Int) {
        self.version = version
        self.sha256 = sha256
        self.count = count
    }

    init?(stored bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let version = json["version"]?.integer,
            let sha256 = json["sha256"]?.string, let count = json["count"]?.integer
        else { return nil }
        self.init(version: Int(version), sha256: sha256, count: Int(count))
    }

    var json: JSONValue {
        [
            "version": .number(JSONNumber(version)), "sha256": .string(sha256), "count": .number(JSONNumber(count)),
        ]
    }
}
