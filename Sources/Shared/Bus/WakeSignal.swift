internal import CPlatform
internal import Glibc
internal import Synchronization

/// Wakes the owner thread; a burst of signals costs one system call, and none while the owner is awake.
final class WakeSignal: Sendable {
    /// Becomes readable.
    let descriptor: Int32
    private let isPending = Atomic<Bool>(false)

    init() {
        descriptor = cplatform_eventfd()
        precondition(descriptor >= 0, "the process is out of file descriptors")
    }

    deinit { close(descriptor) }

    /// Call after what the owner shall see is in its mailbox, and the mailbox's lock released.
    @inline(__always)
    func signal() {
        // The mailbox's lock orders this: whoever finds the flag set filled the mailbox before the owner empties it.
        if isPending.load(ordering: .acquiring) { return }
        guard !isPending.exchange(true, ordering: .acquiringAndReleasing) else { return }
        cplatform_eventfd_signal(descriptor)
    }

    /// Wakes the owner whatever it does, for what it does not look up under a lock.
    func force() { cplatform_eventfd_signal(descriptor) }

    /// Call after each wait: until ``reset()`` nobody needs to signal, because the owner will look into the mailboxes.
    ///
    /// - Parameter isReadable: Whether the wait found ``descriptor`` readable. It is drained for that alone: a signal may
    ///   have set the flag before this call and write after it.
    func hold(isReadable: Bool) {
        if isReadable { cplatform_eventfd_drain(descriptor) }
        isPending.store(true, ordering: .sequentiallyConsistent)
    }

    /// Call before looking into the mailboxes.
    func reset() {
        isPending.store(false, ordering: .sequentiallyConsistent)
    }
}
