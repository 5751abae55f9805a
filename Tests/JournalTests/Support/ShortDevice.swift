import Glibc
import Journal

/// A disk whose files end at a limit.
struct ShortDevice: JournalDevice {
    var limit: Int
    private let disk = SystemDevice()

    init(limit: Int) { self.limit = limit }

    func write(_ descriptor: Int32, _ parts: UnsafeBufferPointer<iovec>, at position: Int) -> Int {
        let count = parts.reduce(0) { $0 + $1.iov_len }
        return position + count > limit ? -Int(ENOSPC) : disk.write(descriptor, parts, at: position)
    }

    func sync(_ descriptor: Int32) -> Int32 { disk.sync(descriptor) }
    func freeBytes(of directory: String) -> UInt64? { disk.freeBytes(of: directory) }
}
