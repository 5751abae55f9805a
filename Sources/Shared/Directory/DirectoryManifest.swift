public import Events

/// What a published version is made of: its chunks by hash, and who published it.
public struct DirectoryManifest: Hashable, Sendable {
    /// Counts up from 1; never used twice.
    public let version: Int
    /// Entries in all chunks.
    public let count: Int
    /// SHA-256 over the chunks' hashes in order, each followed by a line feed; equal for equal directories.
    public let sha256: String
    /// Hashes of the chunks in the order of their numbers.
    public let chunks: [String]
    /// Name of the person who published.
    public let publishedBy: String
    public let publishedAt: Timestamp
    /// What the publisher wrote about it.
    public let note: String?
    /// The version whose content this one brought back.
    public let rollbackOf: Int?
    /// Revision of the draft that was published.
    public let draftRevision: UInt64

    public init(
        version: Int, count: Int, chunks: [String], publishedBy: String, publishedAt: Timestamp, note: String? = nil,
        rollbackOf: Int? = nil, draftRevision: UInt64
    ) {
        self.version = version
        self.count = count
        self.chunks = chunks
        self.publishedBy = publishedBy
        self.publishedAt = publishedAt
        self.note = note
        self.rollbackOf = rollbackOf
        self.draftRevision = draftRevision
        sha256 = Self.digest(of: chunks)
    }

    /// The hash of a directory whose chunks have these hashes.
    public static func digest(of chunks: [String]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunks.count * 65)
        for chunk in chunks {
            bytes.append(contentsOf: chunk.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        return Hexadecimal.sha256(bytes)
    }

    /// Reads a manifest and checks its hash.
    ///
    /// - Parameter json: As ``json`` writes it; other members are ignored.
    /// - Throws: ``DirectoryError/malformed(what:reason:)``, ``DirectoryError/manifestDamaged(version:)``.
    public init(json: JSONValue) throws(DirectoryError) {
        func number(_ name: String) throws(DirectoryError) -> Int64 {
            guard let number = json[name]?.integer, number >= 0 else {
                throw .malformed(what: "manifest", reason: "'\(name)' is no whole number")
            }
            return number
        }
        guard let chunks = json["chunks"]?.array?.map(\.string), chunks.allSatisfy({ $0?.utf8.count == 64 }) else {
            throw .malformed(what: "manifest", reason: "'chunks' is no list of hashes")
        }
        guard let by = json["publishedBy"]?.string else {
            throw .malformed(what: "manifest", reason: "'publishedBy' is no text")
        }
        guard let at = json["publishedAt"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }) else {
            throw .malformed(what: "manifest", reason: "'publishedAt' is no time")
        }
        self.init(
            version: Int(try number("version")), count: Int(try number("count")), chunks: chunks.compactMap { $0 },
            publishedBy: by, publishedAt: at, note: json["note"]?.string,
            rollbackOf: json["rollbackOf"]?.integer.map(Int.init), draftRevision: UInt64(try number("draftRevision")))
        guard json["sha256"]?.string == sha256 else { throw .manifestDamaged(version: version) }
    }

    /// The whole manifest.
    public var json: JSONValue { .object(JSONObject(members + [("chunks", .array(chunks.map { .string($0) }))])) }

    /// Without the list of chunks: what people are shown.
    public var summary: JSONValue { .object(JSONObject(members)) }

    private var members: [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [
            ("version", .number(JSONNumber(version))), ("count", .number(JSONNumber(count))),
            ("sha256", .string(sha256)), ("publishedBy", .string(publishedBy)),
            ("publishedAt", .string(publishedAt.rfc3339)),
        ]
        if let note { members.append(("note", .string(note))) }
        if let rollbackOf { members.append(("rollbackOf", .number(JSONNumber(rollbackOf)))) }
        members.append(("draftRevision", .number(JSONNumber(draftRevision))))
        return members
    }
}
