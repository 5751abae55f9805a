import Directory
import Events
import Glibc
import Hosting

/// The last version on this machine's disk, so that lookups work after a restart without Broker and ExtensionsSvc.
///
/// The manifest on the first line, then each chunk behind a line with its length. Written aside, synced and renamed, so
/// that there is always one whole version; every chunk is checked against its hash when it is read.
struct DirectoryFile: Sendable {
    /// A larger file is none of ours: 1 GiB.
    static let maxBytes = 1 << 30

    let path: String

    enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case unwritable(path: String, reason: String)
        case damaged(path: String, reason: String)

        var description: String {
            switch self {
            case .unwritable(let path, let reason):
                "The directory cannot be kept in \(path): \(reason). Lookups would not survive a restart without Broker."
            case .damaged(let path, let reason):
                "\(path) is no directory: \(reason). It is fetched anew once the Broker answers."
            }
        }
    }

    /// Reads the file; nil when there is none.
    ///
    /// - Throws: ``Failure/damaged(path:reason:)``.
    func load() throws(Failure) -> (directory: PublishedDirectory, chunks: [String: [UInt8]])? {
        guard access(path, F_OK) == 0 else { return nil }
        do {
            var rest = try FileBytes.read(path: path, limit: Self.maxBytes)[...]
            func line() throws(Failure) -> [UInt8] {
                guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw damaged("it ends early") }
                defer { rest = rest[(end + 1)...] }
                return Array(rest[..<end])
            }
            let manifest = try DirectoryManifest(json: try JSONValue(parsing: try line()))
            var chunks: [String: [UInt8]] = [:]
            for sha256 in manifest.chunks {
                guard let length = Int(String(decoding: try line(), as: UTF8.self)), length >= 0, length <= rest.count
                else { throw damaged("a chunk's length is wrong") }
                chunks[sha256] = Array(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            return (try PublishedDirectory(manifest: manifest, chunks: chunks), chunks)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw damaged("\(error)")
        }
    }

    /// Replaces the file.
    ///
    /// - Parameters:
    ///   - manifest: The version.
    ///   - chunks: Its chunks, by hash.
    /// - Throws: ``Failure/unwritable(path:reason:)``.
    func save(_ manifest: DirectoryManifest, _ chunks: [String: [UInt8]]) throws(Failure) {
        var bytes = manifest.json.bytes
        bytes.append(UInt8(ascii: "\n"))
        for sha256 in manifest.chunks {
            let chunk = chunks[sha256] ?? []
            bytes.append(contentsOf: Array("\(chunk.count)\n".utf8))
            bytes.append(contentsOf: chunk)
        }
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var partial = ""
        for part in parent.split(separator: "/") {
            partial += "/\(part)"
            if mkdir(partial, 0o750) != 0, errno != EEXIST { throw unwritable() }
        }
        let temporary = "\(path).\(getpid())"
        try write(bytes, to: temporary)
        guard rename(temporary, path) == 0 else { throw unwritable() }
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw unwritable() }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw unwritable() }
    }

    private func write(_ bytes: [UInt8], to temporary: String) throws(Failure) {
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw unwritable() }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.write(file, raw.baseAddress?.advanced(by: written), raw.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unwritable() }
            written += count
        }
        guard fsync(file) == 0 else { throw unwritable() }
    }

    private func unwritable() -> Failure {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }

    private func damaged(_ reason: String) -> Failure {
        .damaged(path: path, reason: reason)
    }
}
