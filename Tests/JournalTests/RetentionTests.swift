import Journal
import TestSupport
import Testing

@Suite struct RetentionTests {
    let directory = TemporaryDirectory()

    /// 40 batches of about 5 KB at times 0…39, 12 in a segment.
    private func filled(_ retention: JournalRetention, device: FaultyDevice? = nil) throws -> Journal {
        var options = JournalOptions.small
        options.retention = retention
        options.floorFreeBytes = 50_000
        if let device { options.device = device }
        let journal = try Journal.open(directory: directory.path, options: options)
        for time in 0..<40 { try journal.commit(String(repeating: "x", count: 5_000), time: UInt64(time)) }
        return journal
    }

    @Test("segments are due by age", arguments: [(20, nil), (22, 13), (34, 25), (10_000, 37)] as [(UInt64, UInt64?)])
    func age(now: UInt64, expected: UInt64?) throws {
        let journal = try filled(JournalRetention(maxAge: .nanoseconds(10)))
        #expect(journal.segmentCount == 4)
        #expect(journal.retentionCandidate(now: now) == expected)
    }

    @Test(
        "segments are due by size",
        arguments: [(1 << 20, nil), (200_000, 13), (100_000, 25), (0, 37)] as [(UInt64, UInt64?)])
    func size(limit: UInt64, expected: UInt64?) throws {
        let journal = try filled(JournalRetention(maxBytes: limit))
        #expect(journal.retentionCandidate(now: 40) == expected)
    }

    @Test("segments are due at the floor of free bytes, as many as it takes")
    func floor() throws {
        let device = FaultyDevice()
        let journal = try filled(JournalRetention(), device: device)
        device.set { $0.free = 49_999 }
        #expect(journal.retentionCandidate(now: 40) == 13)
        device.set { $0.free = 50_000 }
        #expect(journal.retentionCandidate(now: 40) == nil)
    }

    @Test("only whole segments below the offset go; what is left reads, restarts and verifies")
    func trim() throws {
        let journal = try filled(JournalRetention())
        try journal.trim(before: 30)
        #expect(journal.firstOffset == 25 && journal.segmentCount == 2)
        #expect(throws: JournalError.trimmed(first: 25)) { try journal.read(from: 24, maxBytes: 1) }
        #expect(try journal.everything().map(\.offset) == Array(25...40))
        #expect(try journal.offset(atOrAfter: 0) == 25)
        try journal.close()
        #expect(TemporaryDirectory.names(directory.path).filter { $0.hasSuffix(".log") }.count == 2)
        let next = try Journal.open(directory: directory.path)
        #expect(next.firstOffset == 25 && next.recovery.isClean && next.takeBackgroundFailures() == [])
        try next.trim(before: .max)
        #expect(next.segmentCount == 1 && next.firstOffset == 41)
        #expect(try next.commit("a") == 41)
        try next.close()
        #expect(try Journal.verify(directory: directory.path).problems == [])
    }
}
