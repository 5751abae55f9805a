import Glibc

/// A directory of its own below the system's temporary one, removed with the last reference.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/patchbay-journal-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("mkdtemp failed in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { TemporaryDirectory.remove(path) }

    /// The path of an entry.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    static func names(_ path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func remove(_ path: String) {
        if opendirExists(path) {
            for name in names(path) { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    private static func opendirExists(_ path: String) -> Bool {
        guard let stream = opendir(path) else { return false }
        closedir(stream)
        return true
    }
}

/// Whole files, for tests that damage them.
enum Disk {
    static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: status.st_size) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
    }

    static func write(_ bytes: [UInt8], to path: String) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        defer { close(descriptor) }
        guard descriptor >= 0, bytes.isEmpty || pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            fatalError("cannot write \(path)")
        }
    }

    /// Copies the journal's files as a power cut would leave them: no lock, no footer.
    static func copy(_ from: String, to: String, where isWanted: (String) -> Bool = { _ in true }) {
        mkdir(to, 0o750)
        for name in TemporaryDirectory.names(from) where name != "lock" && !name.hasSuffix(".tmp") && isWanted(name) {
            write(read("\(from)/\(name)"), to: "\(to)/\(name)")
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
