public import Events

/// A published version in memory: finds an extension by its number, or by the keys of its name.
///
/// Immutable: a new version is another value, so whoever asks sees one version whole.
public struct PublishedDirectory: Sendable {
    /// Keys that a name must be searched with, at least.
    public static let minNameKeys = 2
    /// Names that a caller is given to choose from at most: one for each key from 1 to 9.
    public static let maxMatches = 9
    /// Places of the name index that one search looks at, at most.
    static let searchLimit = 2_000

    public let manifest: DirectoryManifest
    /// In the order of their numbers.
    public let entries: [DirectoryEntry]
    private let byNumber: [String: Int32]
    private let names: LazyNames
    /// Where the entries of each chunk are.
    private let places: [String: Range<Int>]

    /// A version from its entries.
    ///
    /// - Throws: ``DirectoryError/countMismatch(expected:found:)``, ``DirectoryError/numberRepeated(position:)``.
    public init(manifest: DirectoryManifest, entries: [DirectoryEntry]) throws(DirectoryError) {
        try self.init(manifest: manifest, entries: entries, places: [:])
    }

    private init(
        manifest: DirectoryManifest, entries: [DirectoryEntry], places: [String: Range<Int>]
    ) throws(DirectoryError) {
        guard entries.count == manifest.count else {
            throw .countMismatch(expected: manifest.count, found: entries.count)
        }
        var byNumber: [String: Int32] = [:]
        byNumber.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            guard byNumber.updateValue(Int32(index), forKey: entry.number) == nil else {
                throw .numberRepeated(position: index)
            }
        }
        self.manifest = manifest
        self.entries = entries
        self.places = places
        self.byNumber = byNumber
        names = LazyNames(entries)
    }

    /// Makes the index of names, which the first search would otherwise wait for: a second for 100,000 names.
    public func warmNames() { _ = names.index }

    /// A version from its chunks, each checked against its hash.
    ///
    /// - Parameters:
    ///   - manifest: Names the chunks.
    ///   - chunks: Bytes by hash; others may be among them.
    /// - Throws: ``DirectoryError``.
    public init(manifest: DirectoryManifest, chunks: [String: [UInt8]]) throws(DirectoryError) {
        var parts: [String: [DirectoryEntry]] = [:]
        for (sha256, bytes) in chunks where parts[sha256] == nil {
            parts[sha256] = try DirectoryChunks.entries(of: bytes, expecting: sha256)
        }
        try self.init(manifest: manifest, parts: parts)
    }

    /// A version from the entries of its chunks.
    ///
    /// - Parameters:
    ///   - manifest: Names the chunks.
    ///   - parts: Entries by the hash of their chunk, as ``DirectoryChunks/entries(of:expecting:)`` gives them.
    ///   - old: A version that has the chunks that `parts` does not have.
    /// - Throws: ``DirectoryError``.
    public init(
        manifest: DirectoryManifest, parts: [String: [DirectoryEntry]], reusing old: PublishedDirectory? = nil
    ) throws(DirectoryError) {
        var entries: [DirectoryEntry] = []
        var places: [String: Range<Int>] = [:]
        entries.reserveCapacity(manifest.count)
        for sha256 in manifest.chunks {
            let start = entries.count
            if let part = parts[sha256] {
                entries += part
            } else if let old, let place = old.places[sha256] {
                entries += old.entries[place]
            } else {
                throw .chunkMissing(sha256: sha256)
            }
            places[sha256] = start..<entries.count
        }
        try self.init(manifest: manifest, entries: entries, places: places)
    }

    /// Whether the entries of a chunk are here.
    public func has(chunk sha256: String) -> Bool { places[sha256] != nil }

    /// The extension with exactly these digits; nil when there is none or it is not valid any more.
    public func entry(for digits: String, at now: Timestamp) -> DirectoryEntry? {
        guard let index = byNumber[digits] else { return nil }
        let entry = entries[Int(index)]
        return entry.isValid(at: now) ? entry : nil
    }

    /// Extensions by keyed letters of a first or last name.
    ///
    /// - Parameters:
    ///   - keypad: Digits `2` to `9` (names with digits: any), at least ``minNameKeys``.
    ///   - now: The current moment.
    /// - Returns: In the order of their names and numbers, at most ``maxMatches``; `count` says how many there are, up
    ///   to the search's own limit.
    public func byName(keypad: String, at now: Timestamp) -> (matches: [DirectoryEntry], count: Int) {
        guard keypad.utf8.count >= Self.minNameKeys, keypad.utf8.allSatisfy(Keypad.isDigit) else { return ([], 0) }
        var found: [DirectoryEntry] = []
        names.index.search(keypad, limit: Self.searchLimit) { index in
            if entries[index].isValid(at: now) { found.append(entries[index]) }
            return true
        }
        let sorted = found.sorted { ($0.spokenName, $0.number) < ($1.spokenName, $1.number) }
        return (Array(sorted.prefix(Self.maxMatches)), found.count)
    }
}
