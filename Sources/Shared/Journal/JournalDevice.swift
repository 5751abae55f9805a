internal import CPlatform
public import Glibc

/// The three calls through which a journal depends on its disk, so that tests can let them fail, stall or run full.
///
/// Results follow the kernel: not negative is success, negative is minus `errno`.
public protocol JournalDevice: Sendable {
    /// Writes `parts` one after the other at `position`; may write less than asked.
    func write(_ descriptor: Int32, _ parts: UnsafeBufferPointer<iovec>, at position: Int) -> Int
    /// Returns once everything written to the descriptor is on disk.
    func sync(_ descriptor: Int32) -> Int32
    /// Bytes that may still be written to the file system of a directory or file, or nil when the system does not tell.
    func freeBytes(of directory: String) -> UInt64?
}

/// The real disk.
public struct SystemDevice: JournalDevice {
    public init() {}

    public func write(_ descriptor: Int32, _ parts: UnsafeBufferPointer<iovec>, at position: Int) -> Int {
        let result = pwritev(descriptor, parts.baseAddress, Int32(parts.count), position)
        return result < 0 ? -Int(errno) : result
    }

    public func sync(_ descriptor: Int32) -> Int32 {
        cplatform_fdatasync(descriptor) < 0 ? -errno : 0
    }

    public func freeBytes(of directory: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
