import Glibc
import TestSupport

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
