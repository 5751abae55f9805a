internal import Glibc

/// The names in a journal's directory.
///
/// `<base offset, 20 digits>.log` is a segment, the same with `.index` its sidecar, `lock` names the owner, `restore` asks
/// the next start to jump. What ends in `.tmp` is unfinished and removed at the next start. Other names are left alone.
struct JournalFiles {
    static let segmentSuffix = ".log"
    static let sidecarSuffix = ".index"
    static let temporarySuffix = ".tmp"

    let directory: String

    var lock: String { "\(directory)/lock" }
    var restoreMarker: String { "\(directory)/restore" }

    func segment(_ base: UInt64) -> String { "\(directory)/\(JournalFiles.digits(base))\(JournalFiles.segmentSuffix)" }
    func sidecar(_ base: UInt64) -> String { "\(directory)/\(JournalFiles.digits(base))\(JournalFiles.sidecarSuffix)" }

    private static func digits(_ base: UInt64) -> String {
        let text = String(base)
        return String(repeating: "0", count: 20 - text.count) + text
    }

    private static func base(of name: String, suffix: String) -> UInt64? {
        guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count,
            name.utf8.prefix(20).allSatisfy({ 48...57 ~= $0 })
        else { return nil }
        return UInt64(name.prefix(20))
    }

    /// What lies in the directory now.
    struct Listing {
        /// Base offsets, ascending.
        var segments: [UInt64] = []
        var sidecars: Set<UInt64> = []
        /// Full paths of unfinished files and snapshots.
        var temporaries: [String] = []
        var hasRestoreMarker = false
    }

    func list() throws(JournalError) -> Listing {
        var listing = Listing()
        for name in try Posix.names(in: directory) {
            if let base = JournalFiles.base(of: name, suffix: JournalFiles.segmentSuffix) {
                listing.segments.append(base)
            } else if let base = JournalFiles.base(of: name, suffix: JournalFiles.sidecarSuffix) {
                listing.sidecars.insert(base)
            } else if name.hasSuffix(JournalFiles.temporarySuffix) {
                listing.temporaries.append("\(directory)/\(name)")
            } else if name == "restore" {
                listing.hasRestoreMarker = true
            }
        }
        listing.segments.sort()
        return listing
    }

    /// Removes what an interrupted run left unfinished.
    func removeTemporaries(_ listing: Listing) throws(JournalError) {
        for path in listing.temporaries {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try Posix.removeDirectory(path)
            } else {
                try Posix.remove(path)
            }
        }
    }
}
