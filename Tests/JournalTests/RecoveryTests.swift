import Journal
import TestSupport
import Testing
import Wire

/// A small journal on disk, and what design.md §2 expects of a start when one of its files is damaged.
struct SmallJournal {
    enum Variant: CaseIterable {
        /// Every batch synced, stopped without a close.
        case synced
        /// Nothing synced but the head, stopped without a close.
        case unsynced
        /// As `synced`, with zeros written ahead of the end.
        case reserved
        /// Closed, sidecar removed.
        case closed
        /// Closed, with its sidecar.
        case closedWithSidecar
    }

    let variant: Variant
    let source = TemporaryDirectory()
    let name = "00000000000000000001.log"
    let bytes: [UInt8]
    let entries: [Entry]
    let id: JournalID
    /// Of every batch but the head: first byte and header.
    let batches: [(position: Int, header: BatchHeader)]

    init(_ variant: Variant) throws {
        self.variant = variant
        let journal = try Journal.open(
            directory: source("live"), options: .reserving(variant == .reserved ? 200 : 0))
        let texts = [["a", "bc"], ["d"], ["ef", "g"]]
        for (index, batch) in texts.enumerated() {
            try journal.append(batch.map { Sample($0, id: "i\($0)") }, time: UInt64(index))
            if variant != .unsynced { try journal.sync() }
        }
        entries = texts.joined().enumerated().map {
            Entry(UInt64($0.offset + 1), Sample($0.element, id: "i\($0.element)"))
        }
        if variant == .closed || variant == .closedWithSidecar { try journal.close() }
        id = journal.id
        bytes = Disk.read("\(source("live"))/\(name)")
        var batches: [(position: Int, header: BatchHeader)] = []
        bytes.withUnsafeBytes { bytes in
            var position = BatchHeader.byteCount
            while let header = BatchHeader(bytes.slice(position, bytes.count - position)) {
                batches.append((position, header))
                position += header.totalBytes
            }
        }
        self.batches = batches
    }

    /// A copy whose segment is `bytes`.
    func copy(_ bytes: [UInt8]) -> TemporaryDirectory {
        let target = TemporaryDirectory()
        Disk.copy(source("live"), to: target.path) { $0.hasSuffix(".log") || variant == .closedWithSidecar }
        Disk.write(bytes, to: target(name))
        return target
    }

    enum Outcome: Equatable {
        case refused(byte: Int)
        case truncated(to: UInt64)
        /// The sidecar saves scanning: the damage is found when it is read.
        case foundOnRead
    }

    /// What the specification says of a flipped byte.
    func outcome(ofFlip at: Int) -> Outcome {
        if let last = batches.last, at >= last.position + last.header.totalBytes {
            return .truncated(to: last.header.endOffset)
        }
        guard let damaged = batches.lastIndex(where: { $0.position <= at }) else { return .refused(byte: 0) }
        let (position, header) = batches[damaged]
        let isFooter = header.count == 0
        if variant == .closedWithSidecar && !isFooter { return .foundOnRead }
        let proven = batches.dropFirst(damaged + 1).map(\.header.syncedThrough).max() ?? 0
        return proven > header.baseOffset ? .refused(byte: position) : .truncated(to: header.baseOffset)
    }
}

@Suite struct RecoveryTests {
    @Test(
        "every flipped byte is refused or cut off as specified, and nothing wrong is ever read",
        arguments: SmallJournal.Variant.allCases)
    func everyFlip(variant: SmallJournal.Variant) throws {
        let small = try SmallJournal(variant)
        for at in small.bytes.indices {
            var bytes = small.bytes
            bytes[at] ^= 1 << UInt8(at % 8)
            let directory = small.copy(bytes)
            try check(small, directory, small.outcome(ofFlip: at), "byte \(at)")
        }
    }

    @Test(
        "a file cut at every length keeps its whole batches, and refuses where its head is gone",
        arguments: SmallJournal.Variant.allCases)
    func everyLength(variant: SmallJournal.Variant) throws {
        let small = try SmallJournal(variant)
        for length in small.bytes.indices {
            let directory = small.copy(Array(small.bytes[..<length]))
            let whole = small.batches.last { $0.position + $0.header.totalBytes <= length }
            let end = whole?.header.endOffset ?? 1
            let outcome: SmallJournal.Outcome = length < 72 ? .refused(byte: 0) : .truncated(to: end)
            try check(small, directory, outcome, "length \(length)")
        }
    }

    private func check(
        _ small: SmallJournal, _ directory: TemporaryDirectory, _ outcome: SmallJournal.Outcome, _ comment: Comment
    ) throws {
        let report = try Journal.verify(directory: directory.path)
        let before = TemporaryDirectory.names(directory.path).filter { $0 != "lock" }.map { Disk.read(directory($0)) }
        switch outcome {
        case .refused(let byte):
            let error = #expect(throws: JournalError.self, comment) { try Journal.open(directory: directory.path) }
            switch error {
            case .damaged(let file, let found, _):
                #expect(file == directory(small.name) && found == UInt64(byte), comment)
            case .unsupportedVersion(let file, _, _): #expect(file == directory(small.name), comment)
            default: Issue.record("\(comment): \(String(describing: error))")
            }
            let after = TemporaryDirectory.names(directory.path).filter { $0 != "lock" }.map {
                Disk.read(directory($0))
            }
            #expect(before == after, comment)
            #expect(report.problems.map(\.kind) == [.refused] && report.problems.first?.byte == UInt64(byte), comment)
        case .truncated(let end):
            let journal = try Journal.open(directory: directory.path, options: .reserving(0))
            #expect(!journal.recovery.isClean && journal.recovery.lastBatchDoubtful, comment)
            #expect(journal.recovery.recoveredEnd == end && journal.end >= 1_000_000_000 && journal.epoch == 2, comment)
            #expect(try journal.everything() == small.entries.filter { $0.offset < end }, comment)
            #expect(report.problems.allSatisfy { $0.kind == .truncatable || $0.kind == .sidecar }, comment)
            try journal.commit("later")
            #expect(try journal.everything().last == Entry(1_000_000_000, Sample("later")), comment)
            try journal.close()
            #expect(try Journal.verify(directory: directory.path).problems == [], comment)
        case .foundOnRead:
            let journal = try Journal.open(directory: directory.path)
            #expect(throws: JournalError.self, comment) { try journal.everything() }
            #expect(report.problems.map(\.kind).contains(.refused), comment)
            let verifier = journal.sealedVerifier()
            #expect(throws: JournalError.self, comment) { while try verifier.step(maxBytes: 64) != nil {} }
        }
    }

    /// Three sealed segments and an open one, as a power cut leaves them.
    private func severalSegments(_ directory: TemporaryDirectory) throws -> [Entry] {
        let journal = try Journal.open(directory: directory("live"), options: .small)
        for number in 0..<40 { try journal.commit("\(number)" + String(repeating: "x", count: 5_000)) }
        let entries = try journal.everything()
        Disk.copy(directory("live"), to: directory("cut"))
        return entries
    }

    @Test("a missing segment in the middle is refused with the offset that is missing")
    func missingSegment() throws {
        let directory = TemporaryDirectory()
        let entries = try severalSegments(directory)
        let names = TemporaryDirectory.names(directory("cut")).filter { $0.hasSuffix(".log") }
        #expect(names.count == 4)
        TemporaryDirectory.remove(directory("cut/\(names[1])"))
        let missing = UInt64(names[1].dropLast(4)) ?? 0
        #expect(
            throws: JournalError.missingSegment(
                directory: directory("cut"), expectedOffset: missing, foundFile: directory("cut/\(names[2])"))
        ) { try Journal.open(directory: directory("cut")) }
        #expect(try Journal.verify(directory: directory("cut")).isIntact == false)
        #expect(entries.count == 40)
    }

    /// Copies of ``severalSegments(_:)`` whose first segment is `bytes`, with and without its sidecar, and opens them.
    private func opened(
        _ directory: TemporaryDirectory, isReadable: Bool = false, _ change: ([UInt8]) -> [UInt8],
        _ check: (_ journal: Journal, _ damage: JournalError, _ path: String, _ comment: Comment) throws -> Void
    ) throws {
        let entries = try severalSegments(directory)
        let (segment, sidecar) = ("00000000000000000001.log", "00000000000000000001.index")
        // In the background the sidecar is made some time.
        _ = try Journal.open(directory: directory("cut"), options: .small)
        for hasSidecar in [true, false] {
            let path = directory("sidecar-\(hasSidecar)")
            Disk.copy(directory("cut"), to: path) { hasSidecar || $0 != sidecar }
            #expect(Disk.exists("\(path)/\(sidecar)") == hasSidecar)
            Disk.write(change(Disk.read("\(path)/\(segment)")), to: "\(path)/\(segment)")
            let comment: Comment = "with sidecar: \(hasSidecar)"
            let report = try Journal.verify(directory: path)
            #expect(report.problems.map(\.kind).filter { $0 != .sidecar } == [.unreadable], comment)
            let journal = try Journal.open(directory: path, options: .small)
            let damage = try #require(journal.recovery.damaged.first ?? found(journal), comment)
            #expect(journal.recovery.damaged.count <= 1, comment)
            #expect(report.problems.first { $0.kind == .unreadable }?.file == "\(path)/\(segment)", comment)
            try check(journal, damage, "\(path)/\(segment)", comment)
            #expect(try journal.everything(from: 13) == entries.filter { $0.offset >= 13 }, comment)
            // Behind a head that is not intact each batch has a checksum of its own.
            #expect((try? journal.everything(from: 1)) == (isReadable ? entries : nil), comment)
            #expect(try journal.commit("later") >= 41, comment)
            try journal.close()
            try Journal.open(directory: path, options: .small).close()
        }
    }

    private func found(_ journal: Journal) -> JournalError? {
        let verifier = journal.sealedVerifier()
        do {
            while try verifier.step(maxBytes: 1 << 20) != nil {}
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a sealed segment with a flipped bit does not keep a journal from being opened, with or without its sidecar",
        arguments: [0, 20, 60, 71, 72, 110, 30_000])
    func rottenSealed(byte: Int) throws {
        let start = byte < 72 ? 0 : 72 + (byte - 72) / 5_098 * 5_098
        try opened(TemporaryDirectory(), isReadable: byte < 72) { bytes in
            var bytes = bytes
            bytes[byte] ^= 0x10
            return bytes
        } _: { journal, damage, path, comment in
            guard case .damaged(path, let found, _) = damage else {
                Issue.record("\(comment): \(damage)")
                return
            }
            #expect(abs(Int(found) - start) <= 5_098, comment)
            for offset in UInt64(1)..<13 {
                guard let slice = try? journal.read(from: offset, maxBytes: 1) else { continue }
                #expect(slice.firstOffset == offset, comment)
            }
            var ids: [UInt64] = []
            try journal.forEachID(from: 0) { ids.append($1) }
            _ = try journal.topics()
        }
    }

    @Test(
        "a sealed segment cut in a batch does not keep a journal from being opened", arguments: [0, 71, 5_100, 60_000])
    func cutSealed(length: Int) throws {
        try opened(TemporaryDirectory()) {
            Array($0[..<length])
        } _: { journal, damage, path, comment in
            guard case .damaged(path, _, _) = damage else {
                Issue.record("\(comment): \(damage)")
                return
            }
        }
    }

    @Test(
        "a sealed segment cut between batches cannot be told from a missing one, unless its sidecar is there",
        arguments: [72, 72 + 5_098])
    func cutBetweenBatches(length: Int) throws {
        let directory = TemporaryDirectory()
        _ = try severalSegments(directory)
        _ = try Journal.open(directory: directory("cut"), options: .small)
        let name = "00000000000000000001.log"
        Disk.write(Array(Disk.read(directory("cut/\(name)"))[..<length]), to: directory("cut/\(name)"))
        for (target, isOpened) in [("with", true), ("without", false)] {
            Disk.copy(directory("cut"), to: directory(target)) { isOpened || !$0.hasSuffix("01.index") }
            let report = try Journal.verify(directory: directory(target))
            #expect(report.isRefused == !isOpened && !report.isIntact)
            if isOpened {
                let journal = try Journal.open(directory: directory(target))
                #expect(journal.recovery.damaged.map(\.code) == ["journal.damaged"])
                #expect(throws: JournalError.self) { try journal.everything() }
                #expect(try journal.everything(from: 13).count == 28)
            } else {
                let error = #expect(throws: JournalError.self) { try Journal.open(directory: directory(target)) }
                #expect(error?.code == "journal.missing_segment")
            }
        }
    }

    @Test("every segment gone but not the sidecars is refused, not taken for a new journal")
    func onlySidecars() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal.open(directory: directory("live"))
        try journal.commit("a")
        try journal.close()
        Disk.copy(directory("live"), to: directory("cut")) { $0.hasSuffix(".index") }
        let error = #expect(throws: JournalError.self) { try Journal.open(directory: directory("cut")) }
        #expect(error?.code == "journal.missing_segment")
    }

    @Test("a segment of another journal is refused with both names")
    func foreign() throws {
        let directory = TemporaryDirectory()
        let first = try Journal.open(directory: directory("a"))
        try first.commit("a")
        try first.close()
        let second = try Journal.open(directory: directory("b"))
        for _ in 0..<4 { try second.commit("b") }
        try second.close()
        let third = try Journal.open(directory: directory("b"))
        Disk.copy(directory("b"), to: directory("a")) { $0.hasSuffix("05.log") }
        #expect(
            throws: JournalError.foreign(
                file: directory("a/00000000000000000005.log"), found: third.id, expected: first.id)
        ) { try Journal.open(directory: directory("a")) }
    }

    @Test("another version of the layout is refused by number")
    func version() throws {
        let small = try SmallJournal(.synced)
        var bytes = small.bytes
        bytes[5] = 2
        let directory = small.copy(bytes)
        #expect(throws: JournalError.unsupportedVersion(file: directory(small.name), found: 2, supported: 1)) {
            try Journal.open(directory: directory.path)
        }
    }

    @Test("a segment under the wrong name is refused")
    func wrongName() throws {
        let small = try SmallJournal(.synced)
        let directory = small.copy(small.bytes)
        Disk.write(small.bytes, to: directory("00000000000000000009.log"))
        let error = #expect(throws: JournalError.self) { try Journal.open(directory: directory.path) }
        #expect(error?.code == "journal.damaged")
    }

    @Test("unfinished files are removed, strangers are left alone")
    func extraFiles() throws {
        let small = try SmallJournal(.synced)
        let directory = small.copy(small.bytes)
        for name in ["00000000000000000001.log.tmp", "notes.txt", "00000000000000000099.index"] {
            Disk.write([1, 2, 3], to: directory(name))
        }
        let journal = try Journal.open(directory: directory.path)
        #expect(try journal.everything() == small.entries)
        let names = TemporaryDirectory.names(directory.path)
        #expect(names.contains("notes.txt") && !names.contains { $0.hasSuffix(".tmp") || $0.contains("99.index") })
    }

    @Test("stale batches of another epoch behind a torn write do not make a start refuse")
    func staleBlocks() throws {
        let small = try SmallJournal(.synced)
        var stale = [UInt8](repeating: 0, count: BatchHeader.byteCount)
        stale.withUnsafeMutableBytes {
            BatchHeader(
                journalID: small.id, epoch: 9, baseOffset: 900, count: 0, length: 0, syncedThrough: 900, time: 0
            ).encode(into: $0, records: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        let directory = small.copy(small.bytes + [0, 0, 0] + stale)
        let journal = try Journal.open(directory: directory.path)
        #expect(journal.recovery.truncatedBytes == 71 && journal.recovery.truncatedAt == UInt64(small.bytes.count))
        #expect(try journal.everything() == small.entries)
    }

    @Test("offsets are never given twice over unclean stops")
    func offsetsOverCrashes() throws {
        let directory = TemporaryDirectory()
        var given: Set<UInt64> = []
        var epochs: Set<UInt64> = []
        var current = directory("0")
        for run in 1...6 {
            let journal = try Journal.open(directory: current)
            #expect(epochs.insert(journal.epoch).inserted)
            for _ in 0..<3 { #expect(given.insert(try journal.commit("x")).inserted) }
            Disk.copy(current, to: directory("\(run)"))
            // What the power cut loses was handed out all the same.
            for _ in 0..<3 { #expect(given.insert(try journal.commit("lost")).inserted) }
            current = directory("\(run)")
        }
        #expect(given.count == 36)
    }
}
