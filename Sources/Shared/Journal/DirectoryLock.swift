internal import CPlatform
internal import Glibc

/// The exclusive right to a journal's directory, held until the last reference is gone.
final class DirectoryLock {
    private let file: File

    /// Takes the lock or names who has it.
    init(_ files: JournalFiles) throws(JournalError) {
        file = try File(files.lock, O_RDWR | O_CREAT)
        var attempts = 0
        while cplatform_lock_exclusive(file.descriptor) < 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Posix.error("flock", files.lock) }
            // `verify` looks at the lock for an instant.
            attempts += 1
            guard attempts < 5 else {
                throw .locked(path: files.directory, pid: DirectoryLock.owner(file))
            }
            usleep(10_000)
        }
        try Posix.check(ftruncate(file.descriptor, 0), "ftruncate", files.lock)
        let text = Array("\(getpid())\n".utf8)
        guard pwrite(file.descriptor, text, text.count, 0) == text.count else { throw Posix.error("write", files.lock) }
    }

    private static func owner(_ file: File) -> Int32? {
        guard let bytes = try? file.read(16, at: 0) else { return nil }
        return Int32(String(decoding: bytes.prefix { 48...57 ~= $0 }, as: UTF8.self))
    }

    /// Whether someone owns the directory, and who.
    static func owner(of files: JournalFiles) -> (isLive: Bool, pid: Int32?) {
        guard let file = try? File(files.lock, O_RDONLY), cplatform_is_locked(file.descriptor) == 1 else {
            return (false, nil)
        }
        return (true, owner(file))
    }
}
