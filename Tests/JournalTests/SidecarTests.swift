import Journal
import TestSupport
import Testing
import Wire

@Suite struct SidecarTests {
    let directory = TemporaryDirectory()
    let index = "00000000000000000001.index"

    private func closedJournal() throws -> [Entry] {
        let journal = try Journal.open(directory: directory("live"))
        for number in 0..<5 { try journal.append([Sample("\(number)", topic: "t\(number % 2)", id: "\(number)")]) }
        try journal.sync()
        let entries = try journal.everything()
        try journal.close()
        return entries
    }

    private func check(_ path: String, _ entries: [Entry], _ comment: Comment) throws {
        let journal = try Journal.open(directory: path)
        #expect(journal.recovery.isClean, comment)
        #expect(try journal.everything() == entries, comment)
        var ids: [UInt64] = []
        try journal.forEachID(from: 0) { hash, _ in ids.append(hash) }
        #expect(ids == entries.map(\.sample.idHash), comment)
        #expect(try journal.topics() == ["t0": 5, "t1": 4], comment)
        try journal.close()
        #expect(try Journal.verify(directory: path).problems == [], comment)
    }

    @Test("a flipped byte anywhere in a sidecar changes no answer")
    func everyFlip() throws {
        let entries = try closedJournal()
        let bytes = Disk.read(directory("live/\(index)"))
        #expect(bytes.count > 116)
        for at in bytes.indices {
            let path = directory("\(at)")
            Disk.copy(directory("live"), to: path)
            var damaged = bytes
            damaged[at] ^= 0x10
            Disk.write(damaged, to: "\(path)/\(index)")
            #expect(try Journal.verify(directory: path).problems.map(\.kind) == [.sidecar])
            try check(path, entries, "byte \(at)")
            TemporaryDirectory.remove(path)
        }
    }

    @Test("a missing, empty or cut sidecar is made anew", arguments: [nil, 0, 1, 115, 116, 150])
    func cut(length: Int?) throws {
        let entries = try closedJournal()
        let path = directory("live/\(index)")
        let bytes = Disk.read(path)
        TemporaryDirectory.remove(path)
        if let length { Disk.write(Array(bytes[..<length]), to: path) }
        try check(directory("live"), entries, "length \(String(describing: length))")
        #expect(Disk.read(path).count == bytes.count)
    }

    @Test("the sidecar of another segment is not believed")
    func swapped() throws {
        let journal = try Journal.open(directory: directory("live"), options: .small)
        for _ in 0..<40 { try journal.commit(String(repeating: "x", count: 5_000)) }
        let entries = try journal.everything()
        try journal.close()
        let names = TemporaryDirectory.names(directory("live")).filter { $0.hasSuffix(".index") }
        #expect(names.count == 4)
        Disk.write(Disk.read(directory("live/\(names[0])")), to: directory("live/\(names[1])"))
        let next = try Journal.open(directory: directory("live"))
        #expect(next.recovery.rebuiltSidecars == 1)
        #expect(try next.everything() == entries)
    }

}
