import Bus
import Directory
import Events
import Wire

/// Published versions.
extension DirectoryStore {
    /// A version's manifest; nil when it is not kept.
    func manifest(_ version: Int) async throws -> DirectoryManifest? {
        let key = DirectoryMaps.versionKey(version)
        guard let entry = try await bus.map(DirectoryMaps.versions).get(key) else { return nil }
        return try Self.manifest(key: key, entry.value)
    }

    /// All manifests that are kept, oldest first.
    func manifests() async throws -> [DirectoryManifest] {
        try await bus.map(DirectoryMaps.versions).all().map { try Self.manifest(key: $0.key, $0.value) }
    }

    private static func manifest(key: String, _ bytes: [UInt8]) throws -> DirectoryManifest {
        guard let json = try? JSONValue(parsing: bytes), let manifest = try? DirectoryManifest(json: json) else {
            throw DirectoryFailure.unreadable(map: DirectoryMaps.versions, key: key)
        }
        return manifest
    }

    /// A version's entries, checked against the hashes of its chunks.
    func entriesOf(version: Int) async throws -> [DirectoryEntry] {
        guard let manifest = try await manifest(version) else { throw DirectoryFailure.versionUnknown(version) }
        var kept: [String: [DirectoryEntry]] = [:]
        var entries: [DirectoryEntry] = []
        entries.reserveCapacity(manifest.count)
        for sha256 in manifest.chunks {
            let part = try await chunk(sha256)
            kept[sha256] = part
            entries += part
        }
        if version >= published.version { chunks = kept }
        return entries
    }

    /// A version's entries as records would say them, without teams, which are not published.
    func contents(of version: Int) async throws -> [ExtensionRecord.Content] {
        try await entriesOf(version: version).map { ExtensionRecord.Content($0, team: nil) }
    }

    /// Entries of chunks, in their order.
    func entries(of chunks: [String]) async throws -> [DirectoryEntry] {
        var entries: [DirectoryEntry] = []
        for sha256 in chunks { entries += try await chunk(sha256) }
        return entries
    }

    /// Takes what this process has cut itself, so that it does not read it back while the lookups fetch it.
    func take(_ cut: [DirectoryChunk]) {
        for chunk in cut { chunks[chunk.sha256] = chunk.entries }
    }

    private func chunk(_ sha256: String) async throws -> [DirectoryEntry] {
        if let known = chunks[sha256] { return known }
        guard let entry = try await bus.map(DirectoryMaps.chunks).get(sha256),
            let entries = try? DirectoryChunks.entries(of: entry.value, expecting: sha256)
        else { throw DirectoryFailure.unreadable(map: DirectoryMaps.chunks, key: sha256) }
        return entries
    }
}
