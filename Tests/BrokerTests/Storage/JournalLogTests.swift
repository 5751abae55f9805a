import Glibc
import Journal
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Broker

/// A disk that fails when the test says so.
final class FailingDevice: JournalDevice {
    private let real = SystemDevice()
    private let syncError = Atomic<Int32>(0)
    private let writeError = Atomic<Int>(0)

    func failSyncs(_ errno: Int32) { syncError.store(-errno, ordering: .relaxed) }
    func failWrites(_ errno: Int32) { writeError.store(-Int(errno), ordering: .relaxed) }

    func write(_ descriptor: Int32, _ parts: UnsafeBufferPointer<iovec>, at position: Int) -> Int {
        let error = writeError.load(ordering: .relaxed)
        return error == 0 ? real.write(descriptor, parts, at: position) : error
    }

    func sync(_ descriptor: Int32) -> Int32 {
        let error = syncError.load(ordering: .relaxed)
        return error == 0 ? real.sync(descriptor) : error
    }

    func freeBytes(of directory: String) -> UInt64? { real.freeBytes(of: directory) }
}

/// The local journal as the Broker's log.
@Suite struct JournalLogTests {
    private func batch(_ keys: [String], base: UInt64, time: UInt64 = 1) -> StoredBatch {
        let bytes = keys.flatMap { SampleEvent($0).record }
        return bytes.withUnsafeBytes {
            StoredBatch(base: base, time: time, records: $0, topics: TopicTable(limit: 10))
        }
    }

    @Test("an appended batch is durable at once and read back as it was")
    func append() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal.open(directory: directory("journal"))
        let log = JournalLog(journal, watchdog: SyncWatchdog())
        log.append(batch(["a", "b"], base: 1))
        #expect(log.takeResults() == [.durable(end: 3)])
        #expect(log.takeResults().isEmpty)
        log.append(batch(["c"], base: 3))
        #expect(log.takeResults() == [.durable(end: 4)])
        #expect(log.syncCount == 2)
        #expect(log.takeSlowSync() == nil)
        var keys: [String] = []
        try journal.read(from: 1, maxBytes: 1 << 20).forEachRecord { _, _, record in
            keys.append(SampleEvent(record).key)
        }
        #expect(keys == ["a", "b", "c"])
        try journal.close()
    }

    @Test("a failed sync is a failure for good")
    func failedSync() throws {
        let directory = TemporaryDirectory()
        let device = FailingDevice()
        var options = JournalOptions()
        options.device = device
        let journal = try Journal.open(directory: directory("journal"), options: options)
        let log = JournalLog(journal, watchdog: SyncWatchdog())
        device.failSyncs(EIO)
        log.append(batch(["a"], base: 1))
        guard case .failed = log.takeResults().first else {
            Issue.record("a failed sync passed for success")
            return
        }
        device.failSyncs(0)
        #expect(journal.isFailed)
        #expect(journal.syncedEnd == 1)
    }

    @Test("a full disk keeps nothing of the batch; it may be written again")
    func fullDisk() throws {
        let directory = TemporaryDirectory()
        let device = FailingDevice()
        var options = JournalOptions()
        options.device = device
        let journal = try Journal.open(directory: directory("journal"), options: options)
        let log = JournalLog(journal, watchdog: SyncWatchdog())
        device.failWrites(ENOSPC)
        log.append(batch(["a"], base: 1))
        guard case .full = log.takeResults().first else {
            Issue.record("a full disk is not told")
            return
        }
        device.failWrites(0)
        log.append(batch(["a"], base: 1))
        #expect(log.takeResults() == [.durable(end: 2)])
        try journal.close()
    }
}

/// Durable records, from memory and from disk.
@Suite struct JournalSourceTests {
    @Test(
        "every record is found, whether it is in the tail cache or only on disk",
        arguments: [0, 500, 1 << 24])
    func lookup(tailLimit: Int) throws {
        let directory = TemporaryDirectory()
        var options = JournalOptions()
        options.segmentBytes = 1 << 16
        let journal = try Journal.open(directory: directory("journal"), options: options)
        let topics = TopicTable(limit: 10)
        let log = JournalLog(journal, watchdog: SyncWatchdog())
        var source = JournalSource(journal, topics: topics, tailLimit: tailLimit)
        var generator = SeededGenerator(seed: 7)
        var bases: [UInt64: UInt64] = [:]
        for number in 0..<300 {
            let payload = String(repeating: "x", count: generator.int(0...1_500))
            let bytes = (0..<generator.int(1...4)).flatMap { _ in
                SampleEvent("k\(number)", payload: payload).record
            }
            let batch = bytes.withUnsafeBytes {
                StoredBatch(base: journal.end, time: UInt64(number), records: $0, topics: topics)
            }
            log.append(batch)
            source.append(batch)
            for offset in batch.base..<batch.end { bases[offset] = batch.base }
        }
        for _ in 0..<400 {
            let offset = UInt64(generator.int(1...Int(journal.end) - 1))
            let batch = try source.batch(atOrAfter: offset)
            #expect(batch?.base == bases[offset])
            #expect(batch.map { $0.withRecord(at: offset) { SampleEvent($0).topic } } == "task.created")
        }
        for offset in 1..<journal.end {
            #expect(try source.batch(atOrAfter: offset)?.base == bases[offset])
        }
        #expect(try source.batch(atOrAfter: journal.end) == nil)
        #expect(try source.batch(atOrAfter: .max) == nil)
        #expect(try source.batch(atOrAfter: 0)?.base == 1)
        #expect(source.failure == nil)
        try journal.close()
    }
}
