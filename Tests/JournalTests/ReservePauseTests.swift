import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Journal

/// Zeros ahead on a disk that has no room for them.
@Suite struct ReservePauseTests {
    /// Takes no zeros while it is full, counts how often they are tried.
    private final class Device: JournalDevice {
        let isFull = Atomic<Bool>(false)
        let free = Atomic<UInt64>(1 << 30)
        let tries = Atomic<Int>(0)
        private let disk = SystemDevice()

        func write(_ descriptor: Int32, _ parts: UnsafeBufferPointer<iovec>, at position: Int) -> Int {
            // Zeros come as one part, a batch as its head and its records.
            if parts.count == 1 { tries.add(1, ordering: .relaxed) }
            guard parts.count == 1, isFull.load(ordering: .relaxed) else {
                return disk.write(descriptor, parts, at: position)
            }
            return -Int(ENOSPC)
        }

        func sync(_ descriptor: Int32) -> Int32 { disk.sync(descriptor) }
        func freeBytes(of directory: String) -> UInt64? { free.load(ordering: .relaxed) }
    }

    @Test("without room for zeros they are not tried with every batch, and again once there is room")
    func journal() throws {
        let directory = TemporaryDirectory()
        let device = Device()
        var options = JournalOptions()
        options.device = device
        options.reserveBytes = 1 << 16
        let journal = try Journal.open(directory: directory("live"), options: options)
        device.isFull.store(true, ordering: .relaxed)
        device.free.store(1_000, ordering: .relaxed)
        for _ in 0..<50 { try journal.commit("a") }
        #expect(device.tries.load(ordering: .relaxed) == 1)
        device.isFull.store(false, ordering: .relaxed)
        device.free.store(1_000 + 1 << 16, ordering: .relaxed)
        for _ in 0..<50 { try journal.commit("a") }
        #expect(device.tries.load(ordering: .relaxed) == 2)
        try journal.close()
        #expect(try Journal.verify(directory: directory("live")).problems == [])
    }

    @Test("a pause ends when as much became free as is wanted, or with its time where free space says nothing")
    func ends() {
        func allows(_ pause: ReservePause, free: UInt64?, now: UInt64) -> Bool {
            var pause = pause
            return pause.allows(100, free: { free }, now: { now })
        }
        var pause = ReservePause()
        #expect(allows(pause, free: 0, now: 0))
        pause.begin(free: 1_000, now: 5)
        #expect(!allows(pause, free: 1_099, now: 6))
        #expect(allows(pause, free: 1_100, now: 6))
        #expect(!allows(pause, free: nil, now: 4 + ReservePause.longest))
        #expect(allows(pause, free: nil, now: 5 + ReservePause.longest))
        let isOver = pause.allows(100, free: { 1_100 }, now: { 6 })
        #expect(isOver)
        #expect(allows(pause, free: 0, now: 7), "it is over")
    }
}
