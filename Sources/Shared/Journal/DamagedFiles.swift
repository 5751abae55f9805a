internal import Glibc

/// Files of a journal that are known to be damaged: each place is news once, until its file changes.
public struct DamagedFiles: Sendable {
    /// Places of one file that are news; further ones are not.
    public static let placesPerFile = 16

    /// What tells a file from one that took its place or was written since.
    private struct Identity: Equatable {
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int

        /// Nil when there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            inode = status.st_ino
            size = status.st_size
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private struct Known {
        var identity: Identity?
        var places: Set<UInt64?>
    }

    private var known: [String: Known] = [:]

    public init() {}

    /// How many files are damaged.
    public var count: Int { known.count }

    /// Notes damage.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - byte: Where in it, nil when that is not known.
    /// - Returns: Whether that is news.
    public mutating func note(_ path: String, byte: UInt64?) -> Bool {
        let identity = Identity(path)
        guard known[path]?.identity == identity, var file = known[path] else {
            known[path] = Known(identity: identity, places: [byte])
            return true
        }
        guard file.places.count < DamagedFiles.placesPerFile, file.places.insert(byte).inserted else { return false }
        known[path] = file
        return true
    }

    /// A file was read to its end and is intact: it was mended.
    public mutating func clear(_ path: String) { known[path] = nil }

    /// Forgets files for which `isKept` does not hold: retention has removed them.
    public mutating func forget(unless isKept: (String) -> Bool) {
        guard !known.isEmpty else { return }
        known = known.filter { isKept($0.key) }
    }
}
