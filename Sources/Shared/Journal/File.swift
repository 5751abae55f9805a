internal import CPlatform
internal import Glibc

/// An open file; closed with the last reference.
final class File: Sendable {
    /// How often an input/output error is met with another try; see ``read(into:at:)``.
    static let maxRepeats = 3

    let path: String
    let descriptor: Int32

    init(_ path: String, _ flags: Int32, mode: mode_t = 0o640) throws(JournalError) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Posix.error("open", path) }
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens for reading past the page cache, or through it where the file system cannot.
    ///
    /// After a failed sync the page cache may hold what the disk does not: recovery must see the disk.
    static func openDirect(_ path: String) throws(JournalError) -> File {
        let descriptor = cplatform_open_direct(path)
        guard descriptor < 0 else { return File(path: path, descriptor: descriptor) }
        let file = try File(path, O_RDONLY)
        file.forgetPages()
        return file
    }

    /// Has the next read look at the disk: clean pages of the file leave the page cache.
    func forgetPages() { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }

    /// Whether the path leads to this very file.
    var hasItsName: Bool {
        var (ours, named) = (stat(), stat())
        return fstat(descriptor, &ours) == 0 && stat(path, &named) == 0 && ours.st_ino == named.st_ino
            && ours.st_dev == named.st_dev
    }

    func size() throws(JournalError) -> Int {
        var status = stat()
        try Posix.check(fstat(descriptor, &status), "fstat", path)
        return status.st_size
    }

    /// Reads at most `buffer.count` bytes; fewer only at the end of the file.
    ///
    /// An input/output error is tried again: Linux tells the next direct reader of a file, once for each, when direct writes
    /// of a process that was killed have met pages of it in the cache ("Direct I/O collision with buffered writes").
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws(JournalError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        var repeats = 0
        while done < buffer.count {
            let count = pread(descriptor, base + done, buffer.count - done, position + done)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EIO && repeats < Self.maxRepeats {
                repeats += 1
                continue
            }
            guard count >= 0 else { throw Posix.error("read", path) }
            if count == 0 { break }
            done += count
            // A direct read goes on at aligned positions only: one that is not aligned ended at the end of the file.
            if done % FileWindow.alignment != 0, position % FileWindow.alignment == 0, try position + done >= size() {
                break
            }
        }
        return done
    }

    func read(_ count: Int, at position: Int) throws(JournalError) -> [UInt8] {
        var failure: JournalError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            do throws(JournalError) {
                used = try read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int) throws(JournalError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = pwrite(descriptor, base + done, bytes.count - done, position + done)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && (errno == ENOSPC || errno == EDQUOT) {
                throw .full(path: path, neededBytes: UInt64(bytes.count - done))
            }
            guard count > 0 else { throw Posix.error("write", path) }
            done += count
        }
    }

    func sync() throws(JournalError) { try Posix.check(fsync(descriptor), "fsync", path) }

    /// Writes a whole file under a temporary name, syncs it and gives it its name.
    static func replace(_ path: String, with bytes: [UInt8]) throws(JournalError) {
        let temporary = path + JournalFiles.temporarySuffix
        do throws(JournalError) {
            let file = try File(temporary, O_WRONLY | O_CREAT | O_TRUNC)
            let result = bytes.withUnsafeBytes { buffer in
                Result { () throws(JournalError) in try file.write(buffer, at: 0) }
            }
            try result.get()
            try file.sync()
            try Posix.rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Copies a whole file and syncs the copy.
    static func copy(_ from: String, to: String, byteCount: Int? = nil) throws(JournalError) {
        let source = try File(from, O_RDONLY)
        let target = try File(to, O_WRONLY | O_CREAT | O_EXCL)
        let size = try source.size()
        let limit = byteCount ?? size
        var position = 0
        while position < limit {
            let chunk = try source.read(min(1 << 20, limit - position), at: position)
            guard !chunk.isEmpty else { throw .io(operation: "read", path: from, errno: EIO) }
            let result = chunk.withUnsafeBytes { buffer in
                Result { () throws(JournalError) in try target.write(buffer, at: position) }
            }
            try result.get()
            position += chunk.count
        }
        try target.sync()
    }
}
