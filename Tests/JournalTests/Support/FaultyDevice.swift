import Glibc
import Journal
import Synchronization

/// A disk that fails when it is told to.
final class FaultyDevice: JournalDevice {
    struct Faults {
        /// Minus errno of every write from now on; 0 is none.
        var write = 0
        /// How many bytes the failing write leaves behind before it fails.
        var partialBytes = 0
        var sync: Int32 = 0
        var free: UInt64?
        var syncs = 0
        /// Called in every sync.
        var onSync: (@Sendable () -> Void)?
    }

    let faults = Mutex(Faults())
    private let disk = SystemDevice()

    func set(_ change: (inout Faults) -> Void) { faults.withLock { change(&$0) } }

    func write(_ descriptor: Int32, _ parts: UnsafeBufferPointer<iovec>, at position: Int) -> Int {
        let (failure, partial) = faults.withLock { faults in
            defer { faults.partialBytes = 0 }
            return (faults.write, faults.partialBytes)
        }
        if failure != 0 && partial > 0, let part = parts.first(where: { $0.iov_len > 0 }) {
            let cut = iovec(iov_base: part.iov_base, iov_len: min(partial, part.iov_len))
            return withUnsafePointer(to: cut) {
                disk.write(descriptor, UnsafeBufferPointer(start: $0, count: 1), at: position)
            }
        }
        return failure != 0 ? failure : disk.write(descriptor, parts, at: position)
    }

    func sync(_ descriptor: Int32) -> Int32 {
        let (failure, hook) = faults.withLock { faults in
            faults.syncs += 1
            return (faults.sync, faults.onSync)
        }
        hook?()
        return failure != 0 ? failure : disk.sync(descriptor)
    }

    func freeBytes(of directory: String) -> UInt64? { faults.withLock { $0.free } ?? disk.freeBytes(of: directory) }

    var options: JournalOptions {
        var options = JournalOptions.small
        options.device = self
        options.reserveBytes = 0
        return options
    }
}
