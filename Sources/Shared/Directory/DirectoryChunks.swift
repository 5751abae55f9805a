internal import Crypto
internal import Events

/// A piece of a published directory, known by its hash.
public struct DirectoryChunk: Hashable, Sendable {
    /// SHA-256 of the bytes in lower-case hexadecimal.
    public let sha256: String
    /// Entries in canonical JSON, one a line.
    public let bytes: [UInt8]
    /// The same entries, for whoever has cut them.
    public let entries: [DirectoryEntry]

    init(bytes: [UInt8], entries: [DirectoryEntry]) {
        self.bytes = bytes
        self.entries = entries
        sha256 = Hexadecimal.sha256(bytes)
    }

    public static func == (left: Self, right: Self) -> Bool { left.sha256 == right.sha256 }

    public func hash(into hasher: inout Hasher) { hasher.combine(sha256) }
}

/// Cuts a directory into chunks so that versions share what did not change.
///
/// A hash of an entry's number decides whether a chunk ends behind it, so where chunks end does not depend on what else
/// is in the directory: an edit makes new only the chunk that the entry is in, and its neighbour when the entry was, or
/// is, where a chunk ends. Only a stretch without such an end for over ``maxEntries`` entries is cut by counting.
public enum DirectoryChunks {
    /// Entries in a chunk, on average.
    public static let averageEntries = 256
    /// Entries in a chunk at most.
    public static let maxEntries = 1_024
    /// Bytes in a chunk at most, unless one entry alone has more; a map's value may have 1 MiB.
    public static let maxBytes = 524_288

    /// Cuts entries.
    ///
    /// - Parameter entries: In any order, no number twice.
    /// - Returns: Chunks in the order of their numbers; none for no entries.
    public static func cut(_ entries: [DirectoryEntry]) -> [DirectoryChunk] {
        var chunks: [DirectoryChunk] = []
        var writer = JSONWriter(capacity: 65_536)
        var part: [DirectoryEntry] = []
        func finish() {
            guard !part.isEmpty else { return }
            chunks.append(DirectoryChunk(bytes: writer.bytes, entries: part))
            writer = JSONWriter(capacity: 65_536)
            part = []
        }
        // Numbers are sorted, not entries: they are small.
        let order = entries.indices.map { (number: entries[$0].number, index: $0) }.sorted { $0.number < $1.number }
        for (number, index) in order {
            entries[index].write(to: &writer)
            writer.raw("\n")
            part.append(entries[index])
            if endsChunk(number) || part.count == maxEntries || writer.bytes.count >= maxBytes { finish() }
        }
        finish()
        return chunks
    }

    /// Reads a chunk.
    ///
    /// - Parameters:
    ///   - bytes: The chunk.
    ///   - sha256: The hash by which it was asked for.
    /// - Returns: Its entries, in their order.
    /// - Throws: ``DirectoryError/chunkDamaged(expected:)``, ``DirectoryError/lineMalformed(line:reason:)``.
    public static func entries(of bytes: [UInt8], expecting sha256: String) throws(DirectoryError) -> [DirectoryEntry] {
        guard Hexadecimal.sha256(bytes) == sha256 else { throw .chunkDamaged(expected: sha256) }
        let read = bytes.withUnsafeBytes { raw -> Result<[DirectoryEntry], DirectoryError> in
            do throws(DirectoryError) { return .success(try lines(of: raw)) } catch { return .failure(error) }
        }
        return try read.get()
    }

    private static func lines(of raw: UnsafeRawBufferPointer) throws(DirectoryError) -> [DirectoryEntry] {
        var entries: [DirectoryEntry] = []
        var start = 0
        while start < raw.count {
            let end = raw[start...].firstIndex(of: UInt8(ascii: "\n")) ?? raw.count
            if end > start {
                let line = UnsafeRawBufferPointer(rebasing: raw[start..<end])
                entries.append(try entry(line, number: entries.count + 1))
            }
            start = end + 1
        }
        return entries
    }

    private static func entry(
        _ line: UnsafeRawBufferPointer, number: Int
    ) throws(DirectoryError) -> DirectoryEntry {
        var canonical = CanonicalLine(line)
        if let entry = canonical.entry() { return entry }
        guard let json = try? JSONValue(parsing: Array(line)) else {
            throw .lineMalformed(line: number, reason: "it is no JSON")
        }
        do throws(DirectoryError) {
            return try DirectoryEntry(json: json)
        } catch {
            throw .lineMalformed(line: number, reason: error.description)
        }
    }

    /// Whether a chunk ends behind this number: FNV-1a, mixed as MurmurHash3 ends, its top byte zero.
    static func endsChunk(_ number: String) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in number.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return (hash ^ (hash >> 33)) >> 56 == 0
    }
}

/// Hashes as text.
enum Hexadecimal {
    static func sha256(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in SHA256.hash(data: bytes) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
