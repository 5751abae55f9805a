import Glibc
import Journal
import Synchronization
import TestSupport
import Testing

@Suite struct FaultTests {
    let directory = TemporaryDirectory()
    let device = FaultyDevice()

    @Test("a failed sync stops the journal for good")
    func failedSync() throws {
        let journal = try Journal.open(directory: directory.path, options: device.options)
        try journal.commit("a")
        try journal.append([Sample("b")])
        device.set { $0.sync = -EIO }
        let error = #expect(throws: JournalError.self) { try journal.sync() }
        #expect(error?.code == "journal.io" && journal.isFailed && journal.syncedEnd == 2)
        device.set { $0.sync = 0 }
        let calls: [() throws -> Void] = [
            { try journal.sync() }, { try journal.commit("c") }, { _ = try journal.read(from: 1, maxBytes: 1) },
            { try journal.trim(before: 9) }, { _ = try journal.beginSnapshot() }, { try journal.close() },
        ]
        for call in calls {
            let later = #expect(throws: JournalError.self) { try call() }
            #expect(later?.code == "journal.failed" && later?.exitCode == 74)
        }
        // The directory is free again, and nothing acknowledged is missing.
        let next = try Journal.open(directory: directory.path)
        #expect(try next.everything().first == Entry(1, Sample("a")) && next.recovery.isClean == false)
    }

    @Test("a failed write stops the journal for good")
    func failedWrite() throws {
        let journal = try Journal.open(directory: directory.path, options: device.options)
        device.set { $0.write = -Int(EIO) }
        #expect(throws: JournalError.self) { try journal.commit("a") }
        device.set { $0.write = 0 }
        let error = #expect(throws: JournalError.self) { try journal.commit("a") }
        #expect(error?.code == "journal.failed")
    }

    @Test(
        "a full disk leaves no part of a batch, and the journal goes on once there is space", arguments: [0, 1, 50, 72])
    func full(partialBytes: Int) throws {
        let journal = try Journal.open(directory: directory.path, options: device.options)
        try journal.commit("a")
        let name = directory("00000000000000000001.log")
        let size = Disk.read(name).count
        device.set {
            $0.write = -Int(ENOSPC)
            $0.partialBytes = partialBytes
        }
        let error = #expect(throws: JournalError.self) { try journal.commit("b") }
        #expect(error?.code == "journal.full" && !journal.isFailed && journal.end == 2)
        #expect(Disk.read(name).count == size)
        device.set { $0.write = 0 }
        #expect(try journal.commit("c") == 2)
        try journal.close()
        let next = try Journal.open(directory: directory.path)
        #expect(try next.everything() == [Entry(1, Sample("a")), Entry(2, Sample("c"))])
        #expect(try Journal.verify(directory: directory.path).problems == [])
    }

    @Test("one sync covers all batches before it, and none is made for nothing")
    func groupCommit() throws {
        let journal = try Journal.open(directory: directory.path, options: device.options)
        for _ in 0..<10 { try journal.append([Sample("a")]) }
        for _ in 0..<3 { try journal.sync() }
        #expect(device.faults.withLock { $0.syncs } == 1 && journal.syncedEnd == 11)
    }

    @Test("while a sync is under way nothing of it counts as synced")
    func slowSync() throws {
        let journal = try Journal.open(directory: directory.path, options: device.options)
        let seen = Mutex(0)
        device.set { $0.onSync = { seen.withLock { $0 += 1 } } }
        try journal.append([Sample("a")])
        #expect(journal.syncedEnd == 1)
        try journal.sync()
        #expect(seen.withLock { $0 } == 1 && journal.syncedEnd == 2)
    }

    @Test("the floor of free bytes is reported and does not stop writing")
    func floor() throws {
        var options = device.options
        options.floorFreeBytes = 1_000
        let journal = try Journal.open(directory: directory.path, options: options)
        device.set { $0.free = 999 }
        #expect(journal.isAtFloor() && journal.freeBytes() == 999)
        #expect(throws: Never.self) { try journal.commit("a") }
        device.set { $0.free = 1_000 }
        #expect(!journal.isAtFloor())
    }
}
