import Directory
import Events

/// One record of the draft: a number, whom it reaches, and who wrote it.
struct ExtensionRecord: Hashable, Sendable {
    /// What a supervisor decides.
    struct Content: Hashable, Sendable {
        /// Digits, leading zeros kept.
        var number: String
        var target: DirectoryTarget
        /// What the caller hears and dial-by-name looks for.
        var spokenName: String
        /// Whom to reach when the target cannot be.
        var fallback: DirectoryTarget?
        /// From then on the number reaches nobody.
        var validUntil: Timestamp?
        /// Who owns the record.
        var team: String?
    }

    let id: RecordID
    var content: Content
    var updatedBy: String
    var updatedAt: Timestamp
    /// The revision of the draft that wrote this record.
    var revision: UInt64

    var number: String { content.number }

    /// The worker that the number rings; nil for queues and outside numbers.
    var worker: WorkerSID? {
        guard case .worker(let sid, _) = content.target else { return nil }
        return sid
    }

    /// What of it is published.
    var entry: DirectoryEntry {
        DirectoryEntry(
            number: content.number, target: content.target, spokenName: content.spokenName, fallback: content.fallback,
            validUntil: content.validUntil)
    }
}

extension ExtensionRecord {
    /// As it is stored, and sent without what depends on others.
    var json: JSONObject {
        var object = content.json
        object["updatedBy"] = .string(updatedBy)
        object["updatedAt"] = .string(updatedAt.rfc3339)
        object["revision"] = .number(JSONNumber(revision))
        return JSONObject([("id", .string(id.text))] + object.members.map { ($0.name, $0.value) })
    }

    /// Reads a stored record; nil when it is none.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string.flatMap({ RecordID($0) }), let content = Content(stored: json),
            let updatedAt = json["updatedAt"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }),
            let revision = json["revision"]?.integer
        else { return nil }
        self.id = id
        self.content = content
        updatedBy = json["updatedBy"]?.string ?? ""
        self.updatedAt = updatedAt
        self.revision = UInt64(clamping: revision)
    }
}

extension ExtensionRecord.Content {
    var json: JSONObject {
        JSONObject([
            ("extension", .string(number)), ("target", target.json), ("spokenName", .string(spokenName)),
            ("fallback", fallback?.json ?? .null), ("validUntil", validUntil.map { .string($0.rfc3339) } ?? .null),
            ("team", team.map { .string($0) } ?? .null),
        ])
    }

    /// Reads what ``json`` wrote: nothing is judged.
    init?(stored json: JSONValue) {
        guard let number = json["extension"]?.string,
            let target = json["target"].flatMap({ try? DirectoryTarget(json: $0) }),
            let spokenName = json["spokenName"]?.string
        else { return nil }
        self.init(
            number: number, target: target, spokenName: spokenName,
            fallback: json["fallback"].flatMap { try? DirectoryTarget(json: $0) },
            validUntil: json["validUntil"]?.string.flatMap { try? Timestamp(rfc3339: $0) }, team: json["team"]?.string)
    }

    /// What a published entry says; a team it does not.
    init(_ entry: DirectoryEntry, team: String?) {
        self.init(
            number: entry.number, target: entry.target, spokenName: entry.spokenName, fallback: entry.fallback,
            validUntil: entry.validUntil, team: team)
    }
}

extension DirectoryTarget {
    /// What a list shows of it.
    var title: String {
        switch self {
        case .worker(_, let name): name
        case .queue(let name): name
        case .number(let number): number
        }
    }
}
