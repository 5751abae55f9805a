/// Why a published directory cannot be read.
///
/// Descriptions name positions and hashes, never numbers or names of people.
public enum DirectoryError: Error, Hashable, Sendable {
    /// A chunk's bytes do not have the hash that they are known by.
    case chunkDamaged(expected: String)
    /// The manifest names a chunk that is not there.
    case chunkMissing(sha256: String)
    /// Text that is not what this code writes.
    case malformed(what: String, reason: String)
    /// A chunk's line, counted from 1, is no entry.
    case lineMalformed(line: Int, reason: String)
    /// The entries are not as many as the manifest says.
    case countMismatch(expected: Int, found: Int)
    /// Two entries have one number.
    case numberRepeated(position: Int)
    /// The manifest's hash is not that of its chunks.
    case manifestDamaged(version: Int)

    /// Stable, for machines.
    public var code: String {
        switch self {
        case .chunkDamaged: "directory.chunk_damaged"
        case .chunkMissing: "directory.chunk_missing"
        case .malformed, .lineMalformed: "directory.malformed"
        case .countMismatch: "directory.count_mismatch"
        case .numberRepeated: "directory.number_repeated"
        case .manifestDamaged: "directory.manifest_damaged"
        }
    }
}

extension DirectoryError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .chunkDamaged(let expected):
            "A chunk's bytes do not have its hash \(expected.prefix(12))…; fetch it again."
        case .chunkMissing(let sha256):
            "The chunk \(sha256.prefix(12))… is not in the map extensions-chunks. Was its version removed meanwhile?"
        case .malformed(let what, let reason): "The \(what) is malformed: \(reason)."
        case .lineMalformed(let line, let reason): "Line \(line) of the chunk is no entry: \(reason)."
        case .countMismatch(let expected, let found):
            "The manifest counts \(expected) entries, its chunks hold \(found)."
        case .numberRepeated(let position): "The number of entry \(position) is there twice."
        case .manifestDamaged(let version):
            "The hash in the manifest of version \(version) is not that of its chunks."
        }
    }
}
