import Glibc
import Journal
import TestSupport
import Testing
import Wire

@Suite struct JournalTests {
    let directory = TemporaryDirectory()

    @Test("what was appended and synced is read back in order, from every offset")
    func roundTrip() throws {
        let journal = try Journal.open(directory: directory.path)
        #expect(journal.recovery.isNew && journal.end == 1 && journal.epoch == 1)
        #expect(try journal.commit("a", "b", time: 10) == 1)
        #expect(try journal.commit("c", time: 20) == 3)
        let all = ["a", "b", "c"].enumerated().map { Entry(UInt64($0.offset + 1), Sample($0.element)) }
        for offset in UInt64(0)...4 {
            #expect(try journal.everything(from: offset) == all.filter { $0.offset >= offset })
        }
    }

    @Test("nothing unsynced is read")
    func unsyncedIsNotRead() throws {
        let journal = try Journal.open(directory: directory.path)
        try journal.commit("a")
        try journal.append([Sample("b")])
        #expect(journal.end == 3 && journal.syncedEnd == 2)
        #expect(try journal.everything().count == 1)
        #expect(try journal.read(from: 2, maxBytes: 1).isEmpty)
        try journal.sync()
        #expect(try journal.everything().count == 2)
    }

    @Test("a slice keeps to its limit but holds at least one batch")
    func sliceLimit() throws {
        let journal = try Journal.open(directory: directory.path)
        for text in ["a", "b", "c"] { try journal.commit(text, String(repeating: text, count: 500)) }
        let one = try journal.read(from: 1, maxBytes: 1)
        #expect(one.firstOffset == 1 && one.nextOffset == 3)
        let two = try journal.read(from: 4, maxBytes: one.bytes.count * 2 + 71)
        #expect(two.firstOffset == 3 && two.nextOffset == 7)
    }

    @Test("time never goes back, whatever the caller says")
    func timeIsMonotone() throws {
        let journal = try Journal.open(directory: directory.path)
        for time: UInt64 in [50, 40, 60] { try journal.commit("a", time: time) }
        var times: [UInt64] = []
        try journal.read(from: 1, maxBytes: 1 << 20).forEachBatch { header, _ in times.append(header.time) }
        #expect(times == [50, 50, 60])
    }

    @Test("a clean close lets the next start go on without a gap and without scanning")
    func cleanRestart() throws {
        var journal: Journal? = try Journal.open(directory: directory.path)
        let id = journal?.id
        try journal?.commit("a", time: 7)
        try journal?.close()
        journal = nil
        let next = try Journal.open(directory: directory.path)
        #expect(next.recovery.isClean && !next.recovery.lastBatchDoubtful && next.recovery.scannedBytes == 0)
        #expect(next.id == id && next.epoch == 2 && next.end == 2 && next.lastTime == 7 && next.segmentCount == 2)
        try next.commit("b")
        #expect(try next.everything().map(\.offset) == [1, 2])
    }

    @Test("restarts without records leave one empty segment, not one each")
    func emptyRestarts() throws {
        for start in 1...5 {
            let journal = try Journal.open(directory: directory.path)
            #expect(journal.epoch == UInt64(start) && journal.end == 1 && journal.segmentCount == 1)
            try journal.close()
        }
        #expect(TemporaryDirectory.names(directory.path) == ["00000000000000000001.log", "lock"])
    }

    @Test("a second owner is refused and told who the first is")
    func lock() throws {
        let journal = try Journal.open(directory: directory.path)
        #expect(throws: JournalError.locked(path: directory.path, pid: getpid())) {
            try Journal.open(directory: directory.path)
        }
        try journal.close()
        #expect(throws: Never.self) { try Journal.open(directory: directory.path) }
    }

    @Test("a closed journal says so")
    func closed() throws {
        let journal = try Journal.open(directory: directory.path)
        try journal.close()
        #expect(throws: JournalError.closed) { try journal.commit("a") }
        #expect(throws: JournalError.closed) { try journal.close() }
    }

    @Test("offsets outside of the journal are refused by name")
    func outside() throws {
        let journal = try Journal.open(directory: directory.path)
        try journal.commit("a")
        #expect(throws: JournalError.beyondEnd(offset: 3, end: 2)) { try journal.read(from: 3, maxBytes: 1) }
        #expect(try journal.read(from: 2, maxBytes: 1).nextOffset == 2)
    }

    @Test("a batch over the limit is refused and leaves the journal usable")
    func tooLarge() throws {
        var options = JournalOptions()
        options.maxBatchBytes = 1 << 10
        let journal = try Journal.open(directory: directory.path, options: options)
        let fitting = String(repeating: "x", count: 1024 - 72 - 12 - 13)
        #expect(throws: JournalError.tooLarge(bytes: 1025, limitBytes: 1024)) { try journal.commit(fitting + "x") }
        #expect(try journal.commit(fitting) == 1)
    }

    @Test("settings out of range are refused by name", arguments: [1 << 15, 1 << 31])
    func optionRange(segmentBytes: Int) throws {
        var options = JournalOptions()
        options.segmentBytes = segmentBytes
        let error = #expect(throws: JournalError.self) { try Journal.open(directory: directory.path, options: options) }
        #expect(error?.code == "journal.invalid_option" && error?.exitCode == 78)
    }

    @Test("segments are sealed at their size, and reading crosses them")
    func rotation() throws {
        let journal = try Journal.open(directory: directory.path, options: .small)
        let text = String(repeating: "x", count: 5_000)
        for number in 0..<60 { try journal.commit("\(number)\(text)", time: UInt64(number)) }
        #expect(journal.segmentCount == 5)
        #expect(try journal.everything().map(\.offset) == Array(1...60))
        #expect(try journal.everything(maxBytes: 1).map(\.offset) == Array(1...60))
        for time: UInt64 in [0, 1, 13, 30, 59] { #expect(try journal.offset(atOrAfter: time) == time + 1) }
        #expect(try journal.offset(atOrAfter: 60) == 61)
    }

    @Test("ids and topics of sealed and recovered segments are known without reading the events")
    func idsAndTopics() throws {
        var expected: [[UInt64]] = []
        var topics: [String: UInt64] = [:]
        for run in 0..<3 {
            let journal = try Journal.open(directory: directory.path, options: .small)
            var found: [[UInt64]] = []
            try journal.forEachID(from: 0) { found.append([$0, $1]) }
            #expect(found == expected)
            #expect(try journal.topics() == topics)
            for number in 0..<40 {
                let sample = Sample(
                    String(repeating: "x", count: 4_000), topic: "run.\(run)",
                    id: number % 2 == 0 ? "\(run)-\(number)" : "")
                let offset = try journal.append([sample])
                topics[sample.topic] = offset
                if number % 2 == 0 { expected.append([sample.idHash, offset]) }
            }
            try journal.sync()
            // The second run ends without a close.
            if run != 1 { try journal.close() }
        }
    }

    @Test("ids are given from an offset on")
    func idsFrom() throws {
        var journal: Journal? = try Journal.open(directory: directory.path)
        for number in 0..<10 { try journal?.append([Sample("", id: "\(number)")]) }
        try journal?.close()
        journal = try Journal.open(directory: directory.path)
        var offsets: [UInt64] = []
        try journal?.forEachID(from: 8) { offsets.append($1) }
        #expect(offsets == [8, 9, 10])
    }
}
