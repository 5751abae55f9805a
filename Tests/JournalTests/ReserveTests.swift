import Journal
import TestSupport
import Testing
import Wire

@Suite struct ReserveTests {
    private let directory = TemporaryDirectory()
    private let name = "00000000000000000001.log"

    /// A journal of three batches in `live`, stopped without a close; its copy in `cut`.
    private func stopped() throws -> [Entry] {
        let journal = try Journal.open(directory: directory("live"))
        for payload in ["a", "b", "c"] { try journal.commit(payload) }
        Disk.copy(directory("live"), to: directory("cut"))
        return try journal.everything()
    }

    private func batches(_ bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        _ = bytes.withUnsafeBytes { bytes in
            BatchSlices.forEachBatch(bytes) { header, _ in
                ranges.append(position..<position + header.totalBytes)
                position += header.totalBytes
            }
        }
        return ranges
    }

    @Test("zeros written ahead are no damage: nothing is cut off, nothing is a problem")
    func zeroTail() throws {
        let entries = try stopped()
        let bytes = Disk.read(directory("cut/\(name)"))
        #expect(bytes.count > 1 << 20 && bytes.last == 0)
        #expect(try Journal.verify(directory: directory("cut")).problems == [])
        let journal = try Journal.open(directory: directory("cut"))
        #expect(journal.recovery.truncatedBytes == 0 && journal.recovery.truncatedFile == nil)
        #expect(journal.recovery.lastBatchDoubtful && journal.recovery.recoveredEnd == 4)
        #expect(try journal.everything() == entries)
    }

    @Test("a torn batch before zeros is cut off at its first byte")
    func tornBeforeZeros() throws {
        let entries = try stopped()
        var bytes = Disk.read(directory("cut/\(name)"))
        let last = try #require(batches(bytes).last)
        for at in last.dropFirst(80) { bytes[at] = 0 }
        Disk.write(bytes, to: directory("cut/\(name)"))
        let journal = try Journal.open(directory: directory("cut"))
        #expect(journal.recovery.truncatedAt == UInt64(last.lowerBound))
        #expect(journal.recovery.truncatedBytes <= 80)
        #expect(try journal.everything() == entries.dropLast())
    }

    @Test("a batch that became zeros is refused where a later one proves that it was on disk", arguments: [1, 2])
    func zeroedBatch(number: Int) throws {
        _ = try stopped()
        var bytes = Disk.read(directory("cut/\(name)"))
        let lost = batches(bytes)[number]
        for at in lost { bytes[at] = 0 }
        Disk.write(bytes, to: directory("cut/\(name)"))
        let error = #expect(throws: JournalError.self) { try Journal.open(directory: directory("cut")) }
        guard case .damaged(_, let byte, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(byte == UInt64(lost.lowerBound))
    }

    @Test("a clean close and the end of a segment leave no zeros behind")
    func noZerosLeft() throws {
        var options = JournalOptions.small
        options.reserveBytes = 1 << 15
        let journal = try Journal.open(directory: directory("live"), options: options)
        for number in 0..<40 { try journal.commit("\(number)" + String(repeating: "x", count: 5_000)) }
        try journal.close()
        let files = TemporaryDirectory.names(directory("live")).filter { $0.hasSuffix(".log") }
        #expect(files.count == 4)
        for file in files {
            let bytes = Disk.read(directory("live/\(file)"))
            #expect(batches(bytes).last?.upperBound == bytes.count)
        }
        let again = try Journal.open(directory: directory("live"), options: options)
        #expect(again.recovery.isClean && again.recovery.scannedBytes == 0)
        #expect(try again.everything().count == 40)
    }

    @Test("a footer that is followed by zeros still ends its segment")
    func footerBeforeZeros() throws {
        let journal = try Journal.open(directory: directory("live"))
        try journal.commit("a")
        try journal.close()
        Disk.copy(directory("live"), to: directory("cut")) { $0.hasSuffix(".log") }
        let bytes = Disk.read(directory("cut/\(name)"))
        Disk.write(bytes + [UInt8](repeating: 0, count: 5_000), to: directory("cut/\(name)"))
        #expect(try Journal.verify(directory: directory("cut")).problems == [])
        let again = try Journal.open(directory: directory("cut"))
        #expect(!again.recovery.isClean && again.recovery.recoveredEnd == 2)
        #expect(try again.everything() == [Entry(1, Sample("a"))])
        try again.commit("b")
        try again.close()
        #expect(try Journal.verify(directory: directory("cut")).problems == [])
    }

    @Test("a snapshot of a live journal holds no zeros")
    func snapshot() throws {
        let journal = try Journal.open(directory: directory("live"))
        try journal.commit("a")
        try journal.snapshot(to: directory("copy"))
        for file in TemporaryDirectory.names(directory("copy")).filter({ $0.hasSuffix(".log") }) {
            let bytes = Disk.read(directory("copy/\(file)"))
            #expect(batches(bytes).last?.upperBound == bytes.count)
        }
    }

    @Test("where zeros cannot be written the batch is")
    func noRoomForZeros() throws {
        let device = ShortDevice(limit: 10_000)
        var options = JournalOptions()
        options.device = device
        let journal = try Journal.open(directory: directory("live"), options: options)
        for number in 1...20 { #expect(try journal.commit("\(number)") == UInt64(number)) }
        #expect(try journal.everything().count == 20)
        #expect(Disk.read(directory("live/\(name)")).count < 10_000)
    }

    @Test("directories above the journal are made")
    func parents() throws {
        let journal = try Journal.open(directory: directory("a/b/c"))
        try journal.commit("a")
        #expect(Disk.exists(directory("a/b/c/\(name)")))
    }

    @Test("the count of records passes over gaps between offsets")
    func recordCount() throws {
        var path = directory("0")
        for run in 1...3 {
            let journal = try Journal.open(directory: path, options: .small)
            for number in 0..<20 { try journal.commit("\(number)" + String(repeating: "x", count: 5_000)) }
            #expect(journal.recordCount(from: 0) == UInt64(run * 20))
            let offsets = try journal.everything().map(\.offset)
            for (place, offset) in offsets.enumerated() {
                #expect(journal.recordCount(from: offset) == UInt64(offsets.count - place))
            }
            #expect(journal.recordCount(from: journal.end) == 0 && journal.recordCount(from: journal.end + 5) == 0)
            Disk.copy(path, to: directory("\(run)"))
            path = directory("\(run)")
        }
    }
}
