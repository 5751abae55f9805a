import Glibc
import Journal
import TestSupport
import Testing
import Wire

/// Sealed segments that rot while the journal is in use.
@Suite struct DamageTests {
    private let directory = TemporaryDirectory()

    /// Three sealed segments of twelve batches each, and four batches in the active one.
    private func filled() throws -> Journal {
        let journal = try Journal.open(directory: directory("live"), options: .small)
        for _ in 0..<40 { try journal.commit(String(repeating: "x", count: 5_000)) }
        return journal
    }

    private func path(_ number: Int) -> String {
        let names = TemporaryDirectory.names(directory("live")).filter { $0.hasSuffix(".log") }.sorted()
        return directory("live/\(names[number])")
    }

    /// Changes a file in place, as rot does: who has it open sees it.
    private func change(_ path: String, at position: Int, _ bytes: [UInt8]) {
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        #expect(pwrite(descriptor, bytes, bytes.count, position) == bytes.count)
    }

    private func found(_ journal: Journal) -> [JournalError] {
        let verifier = journal.sealedVerifier()
        var found: [JournalError] = []
        while true {
            do {
                guard try verifier.step(maxBytes: 10_000) != nil else { return found }
            } catch {
                found.append(error)
            }
        }
    }

    @Test("verification of sealed segments reads them all in small steps and names the intact ones")
    func intact() throws {
        let journal = try filled()
        let verifier = journal.sealedVerifier()
        var steps = 0
        var bytes = 0
        var files: [String] = []
        while let step = try verifier.step(maxBytes: 10_000) {
            steps += 1
            bytes += step.bytes
            if let file = step.intactFile { files.append(file) }
        }
        #expect(steps >= 18 && bytes == 3 * (72 + 12 * 5_097))
        #expect(files == (0..<3).map(path))
    }

    @Test("verification goes on behind a damaged segment")
    func flipped() throws {
        let journal = try filled()
        change(path(1), at: 30_000, [0])
        let all = found(journal)
        #expect(all.map(\.code) == ["journal.damaged"])
        guard case .damaged(let file, let byte, _) = all.first else { return }
        #expect(file == path(1) && byte == 72 + 5 * 5_097)
    }

    @Test(
        "verification notices a sealed segment that is cut, at a batch's end too, one whose end became zeros, and bytes behind it",
        arguments: [72, 72 + 5_097 * 4, 72 + 5_097 * 4 + 30])
    func cut(length: Int) throws {
        let journal = try filled()
        let size = Disk.read(path(0)).count
        #expect(truncate(path(0), length) == 0)
        change(path(1), at: length, [UInt8](repeating: 0, count: size - length))
        change(path(2), at: size, [1])
        let all = found(journal)
        #expect(all.count == 3)
        for (number, failure) in all.enumerated() {
            guard case .damaged(let file, let byte, _) = failure else {
                Issue.record("\(failure)")
                continue
            }
            #expect(file == path(number))
            #expect(byte == UInt64(number == 2 ? size : 72 + (length - 72) / 5_097 * 5_097))
        }
    }

    @Test("a segment that retention removed meanwhile is no damage, one that somebody removed is")
    func missing() throws {
        let journal = try filled()
        let verifier = journal.sealedVerifier()
        let (first, second) = (path(0), path(1))
        try journal.trim(before: 13)
        unlink(first)  // At the latest now.
        unlink(second)
        #expect(throws: JournalError.damaged(file: second, byte: 0, reason: "the file is missing")) {
            try verifier.step(maxBytes: 1)
        }
        #expect(try verifier.step(maxBytes: 1) != nil)
    }

    @Test("reading gives what lies before the damage, then tells it, and says where it goes on")
    func read() throws {
        let journal = try filled()
        let bytes = Disk.read(path(1))
        change(path(1), at: 30_000, [0])
        let slice = try journal.read(from: 13, maxBytes: 1 << 20)
        #expect(slice.firstOffset == 13 && slice.nextOffset == 18)
        let error = #expect(throws: JournalError.self) { try journal.read(from: 18, maxBytes: 1 << 20) }
        let damage = try #require(error)
        #expect(damage.code == "journal.damaged")
        let next = journal.offset(behind: damage, readingAt: 18)
        #expect(next > 18 && next <= 25)
        #expect(try journal.read(from: next, maxBytes: 1 << 20).firstOffset == next)
        #expect(try journal.commit("later") == 41)
        // Another file of that name, as when it is brought back from a backup.
        Disk.write(bytes, to: path(1))
        #expect(try journal.read(from: 18, maxBytes: 1 << 20).nextOffset == 25)
    }

    @Test("reading does not pass over what a cut segment has lost", arguments: [72 + 5_097 * 4, 72 + 5_097 * 4 + 30])
    func readCut(length: Int) throws {
        let journal = try filled()
        #expect(truncate(path(1), length) == 0)
        #expect(try journal.read(from: 13, maxBytes: 1 << 20).nextOffset == 17)
        let error = #expect(throws: JournalError.self) { try journal.read(from: 17, maxBytes: 1 << 20) }
        #expect(error?.code == "journal.damaged")
        #expect(try journal.read(from: 25, maxBytes: 1 << 20).firstOffset == 25)
    }

    @Test("without a sidecar what lies before the damage can be read all the same")
    func withoutSidecar() throws {
        try filled().close()
        let journal = try Journal.open(directory: directory("live"), options: .small)
        change(path(1), at: 30_000, [0])
        unlink(path(1).replacing(".log", with: ".index"))
        #expect(try journal.read(from: 13, maxBytes: 1 << 20).nextOffset == 18)
        let error = #expect(throws: JournalError.self) { try journal.read(from: 18, maxBytes: 1 << 20) }
        #expect(error.map { journal.offset(behind: $0, readingAt: 18) } == 25)
    }

    @Test("a place is news once, until its file changes; what is mended is forgotten")
    func once() throws {
        let journal = try filled()
        var damaged = DamagedFiles()
        #expect(damaged.note(path(1), byte: 5) && !damaged.note(path(1), byte: 5))
        #expect(damaged.note(path(1), byte: 6) && damaged.note(path(2), byte: 5) && damaged.count == 2)
        Disk.write(Disk.read(path(1)), to: path(1))
        #expect(damaged.note(path(1), byte: 5) && damaged.count == 2)
        damaged.clear(path(1))
        #expect(damaged.count == 1)
        damaged.forget(unless: journal.keeps)
        #expect(damaged.count == 1)
        try journal.trim(before: journal.end)
        damaged.forget(unless: journal.keeps)
        #expect(damaged.count == 0)
        #expect(damaged.note(directory("gone"), byte: nil) && !damaged.note(directory("gone"), byte: nil))
        for byte in 0..<100 { _ = damaged.note(path(0), byte: UInt64(byte)) }
        let isNews = damaged.note(path(0), byte: 1_000)
        #expect(!isNews)
    }

    @Test("no damage to a header hides a batch from readers that come from a restart", arguments: [0, 5, 11])
    func header(batch: Int) throws {
        try filled().close()
        let file = path(1)
        let intact = Disk.read(file)
        let position = 72 + batch * 5_097
        for byte in [0, 5, 7, 8, 31, 32, 38, 39, 40, 42, 43, 44, 46, 47, 55, 63, 64, 71] {
            change(file, at: position + byte, [intact[position + byte] ^ 1 << UInt8(byte % 8)])
            defer { change(file, at: position + byte, [intact[position + byte]]) }
            try expectNothingHidden(in: 13..<25, "byte \(byte)")
        }
        for count: UInt8 in 0...3 {
            change(file, at: position + 43, [count])
            try expectNothingHidden(in: 13..<25, "count \(count)")
        }
    }

    private func expectNothingHidden(in offsets: Range<UInt64>, _ comment: Comment) throws {
        let journal = try Journal.open(directory: directory("live"), options: .small)
        // Backwards, as no read is helped by the one before.
        for offset in offsets.reversed() {
            do {
                let slice = try journal.read(from: offset, maxBytes: 1)
                #expect(slice.firstOffset == offset && slice.nextOffset == offset + 1, comment)
            } catch {
                guard case .damaged(let file, _, _) = error else { throw error }
                #expect(file == path(1), comment)
            }
        }
        try journal.close()
    }

    @Test("damage to the time in a header does not lead a search by time past a batch", arguments: 0..<8)
    func time(byte: Int) throws {
        let journal = try Journal.open(directory: directory("live"), options: .small)
        for number in 1...40 {
            try journal.commit(String(repeating: "x", count: 5_000), time: 1_000_000 * UInt64(number))
        }
        let position = 72 + 5 * 5_097 + 56 + byte
        let right = Disk.read(path(1))[position]
        for wrong in [UInt8(0), 1, 0x7F, 0xFF] where wrong != right {
            change(path(1), at: position, [wrong])
            for number in UInt64(13)...25 {
                let found = try? journal.offset(atOrAfter: 1_000_000 * number)
                #expect(found == nil || found == number)
            }
        }
    }
}
