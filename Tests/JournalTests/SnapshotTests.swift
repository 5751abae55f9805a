import Journal
import TestSupport
import Testing

@Suite struct SnapshotTests {
    let directory = TemporaryDirectory()

    @Test(
        "a snapshot taken while the journal goes on holds what was appended before, verifies and opens beyond the live one"
    )
    func live() throws {
        let journal = try Journal.open(directory: directory("live"), options: .small)
        for number in 0..<30 { try journal.commit("\(number)" + String(repeating: "x", count: 5_000)) }
        let before = try journal.everything()
        let snapshot = try journal.beginSnapshot()
        #expect(snapshot.end == 31)
        for _ in 0..<30 { try journal.commit("later") }
        // Retention in the meantime takes nothing from it.
        try journal.trim(before: 31)
        try snapshot.write(to: directory("copy"))
        let report = try Journal.verify(directory: directory("copy"))
        #expect(report.problems == [] && report.records == 30 && report.journalID == journal.id)
        let copy = try Journal.open(directory: directory("copy"))
        #expect(try copy.everything() == before)
        #expect(copy.recovery.isRestored && copy.id == journal.id)
        #expect(copy.end > 10_000_000_000_000 && copy.epoch > journal.epoch + 1_000_000)
        try copy.commit("other")
        try copy.close()
        let again = try Journal.open(directory: directory("copy"))
        #expect(!again.recovery.isRestored && again.recovery.isClean)
        #expect(try Journal.verify(directory: directory("live")).isIntact)
        #expect(!TemporaryDirectory.names(directory("live")).contains { $0.hasSuffix(".tmp") })
    }

    @Test("two restores of one snapshot never give the same offset or epoch")
    func twice() throws {
        let journal = try Journal.open(directory: directory("live"))
        try journal.commit("a")
        var ends: [UInt64] = []
        var epochs: [UInt64] = []
        for minute in 0..<2 {
            try journal.snapshot(to: directory("copy\(minute)"))
            var options = JournalOptions()
            options.wallTime = { 1_800_000_000_000_000_000 + UInt64(minute) * 60_000_000_000 }
            let copy = try Journal.open(directory: directory("copy\(minute)"), options: options)
            ends.append(copy.end)
            epochs.append(copy.epoch)
        }
        #expect(ends == [1_800_000_000_000_000, 1_800_000_060_000_000] && epochs == [1_800_000_000, 1_800_000_060])
    }

    @Test("a snapshot of a journal without a record keeps its name and end")
    func empty() throws {
        let journal = try Journal.open(directory: directory("live"))
        try journal.snapshot(to: directory("copy"))
        let copy = try Journal.open(directory: directory("copy"))
        #expect(copy.id == journal.id && copy.end > journal.end)
    }

    @Test("a directory with something in it is refused")
    func occupied() throws {
        let journal = try Journal.open(directory: directory("live"))
        #expect(throws: JournalError.self) { try journal.snapshot(to: directory.path) }
    }

    @Test("a snapshot that was never written is removed at the next start")
    func abandoned() throws {
        let journal = try Journal.open(directory: directory("live"))
        try journal.commit("a")
        _ = try journal.beginSnapshot()
        try journal.close()
        #expect(TemporaryDirectory.names(directory("live")).contains { $0.hasSuffix(".tmp") })
        _ = try Journal.open(directory: directory("live"))
        #expect(!TemporaryDirectory.names(directory("live")).contains { $0.hasSuffix(".tmp") })
    }
}
