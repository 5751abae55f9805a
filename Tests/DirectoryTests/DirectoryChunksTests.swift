import Directory
import Events
import TestSupport
import Testing

@Suite("Chunks of a directory")
struct DirectoryChunksTests {
    @Test("Cut and read back, a directory is the same in the order of its numbers", arguments: 1...20)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let entries = Directories.entries(random.int(0...4_000), using: &random)
        let chunks = DirectoryChunks.cut(entries)
        let read = try chunks.flatMap { try DirectoryChunks.entries(of: $0.bytes, expecting: $0.sha256) }
        #expect(read == entries.sorted { $0.number < $1.number }, "seed \(seed)")
        #expect(chunks == DirectoryChunks.cut(entries.shuffled(using: &random)), "seed \(seed)")
        #expect(chunks.count <= entries.count && (chunks.isEmpty == entries.isEmpty))
    }

    @Test("A chunk's lines are canonical JSON, and the parser reads them as the fast way does", arguments: 1...20)
    func linesAreCanonical(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for entry in Directories.entries(200, using: &random) {
            let chunk = try #require(DirectoryChunks.cut([entry]).first)
            #expect(chunk.bytes == entry.json.bytes + [10], "seed \(seed)")
            #expect(chunk.entries == [entry])
            #expect(try DirectoryEntry(json: JSONValue(parsing: chunk.bytes)) == entry)
            #expect(try DirectoryChunks.entries(of: chunk.bytes, expecting: chunk.sha256) == [entry])
        }
    }

    @Test(
        "What is written in another way is read by the parser, what is none is refused",
        arguments: [
            (#"{"target":{"type":"queue","queue":"S"},"number":"100","spokenName":"Ana"}"#, true),
            (#"{"number":"100","target":{"type":"queue","queue":"S"},"spokenName":"A\u006ea"}"#, true),
            (#"{"number":"100","target":{"type":"queue","queue":"S"},"spokenName":"Ana","later":1}"#, true),
            (#"{ "number":"100","target":{"type":"queue","queue":"S"},"spokenName":"Ana"}"#, true),
            (#"{"number":"1a0","target":{"type":"queue","queue":"S"},"spokenName":"Ana"}"#, false),
            (#"{"number":"100","target":{"type":"queue","queue":""},"spokenName":"Ana"}"#, false),
            (#"{"number":"100","target":{"type":"queue","queue":"S"},"spokenName":"Ana"}}"#, false),
            (#"{"number":"100","target":{"type":"queue","queue":"S"},"spokenName":"Ana""#, false),
            (#"{"number":"100","target":{"type":"queue","queue":"S"},"spokenName":"Ana","validUntil":"soon"}"#, false),
            (#"{"number":"100"#, false),
        ])
    func otherLines(line: String, isEntry: Bool) throws {
        // The digest of one hash is that of a line.
        let sha256 = DirectoryManifest.digest(of: [line])
        let read = try? DirectoryChunks.entries(of: Array((line + "\n").utf8), expecting: sha256)
        let ana = DirectoryEntry(number: "100", target: .queue(name: "S"), spokenName: "Ana")
        #expect(read == (isEntry ? [ana] : nil))
    }

    @Test("One edit makes at most two chunks new, and takes at most two away", arguments: 1...40)
    func editsAreLocal(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var entries = Directories.entries(3_000, using: &random)
        let before = Set(DirectoryChunks.cut(entries))
        let index = random.int(0...entries.count - 1)
        switch random.int(0...2) {
        case 0: entries[index].spokenName += "!"
        case 1: entries.remove(at: index)
        default: entries.append(Directories.entry("99" + entries[index].number + "99", using: &random))
        }
        let after = Set(DirectoryChunks.cut(entries))
        #expect(before.subtracting(after).count <= 2, "seed \(seed)")
        #expect(after.subtracting(before).count <= 2, "seed \(seed)")
        #expect(before != after, "seed \(seed)")
    }

    @Test("Chunks have the size they are meant to have, also for consecutive numbers")
    func sizes() {
        let entries = (0..<100_000).map { number in
            let text = String(number)
            return DirectoryEntry(
                number: String(repeating: "0", count: 6 - text.utf8.count) + text, target: .queue(name: "q"),
                spokenName: "Ana")
        }
        let chunks = DirectoryChunks.cut(entries)
        #expect((250...650).contains(chunks.count))
        #expect(chunks.allSatisfy { $0.bytes.count(where: { $0 == 10 }) <= DirectoryChunks.maxEntries })
    }

    @Test("Long names keep a chunk below the size of a map's value")
    func bytesAreBounded() {
        let entries = (1_000..<2_000).map { number in
            DirectoryEntry(
                number: "\(number)", target: .queue(name: "q"), spokenName: String(repeating: "n", count: 20_000))
        }
        #expect(DirectoryChunks.cut(entries).allSatisfy { $0.bytes.count < 1_048_576 })
    }

    @Test("A chunk with one flipped bit is refused, so is one that is no entries")
    func damage() throws {
        var random = SeededGenerator(seed: 3)
        let chunk = try #require(DirectoryChunks.cut(Directories.entries(20, using: &random)).first)
        var bytes = chunk.bytes
        bytes[random.int(0...bytes.count - 1)] ^= 1
        #expect(throws: DirectoryError.chunkDamaged(expected: chunk.sha256)) {
            try DirectoryChunks.entries(of: bytes, expecting: chunk.sha256)
        }
        #expect(throws: DirectoryError.self) {
            try DirectoryChunks.entries(
                of: Array("{}\n".utf8), expecting: "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356")
        }
    }

    @Test("A manifest reads back, and is refused when its hash is not that of its chunks")
    func manifest() throws {
        var random = SeededGenerator(seed: 5)
        let entries = Directories.entries(2_000, using: &random)
        let manifest = DirectoryManifest(
            version: 12, count: 2_000, chunks: DirectoryChunks.cut(entries).map(\.sha256), publishedBy: "Ana Ruiz",
            publishedAt: Timestamp(unixNanoseconds: 1_795_220_000_000_000_000), note: "Otoño", rollbackOf: 3,
            draftRevision: 99)
        #expect(try DirectoryManifest(json: manifest.json) == manifest)
        #expect(manifest.summary["chunks"] == nil && manifest.summary["rollbackOf"] == 3)
        guard case .object(var object) = manifest.json else { return }
        object["chunks"] = .array(Array((object["chunks"]?.array ?? []).reversed()))
        #expect(throws: DirectoryError.manifestDamaged(version: 12)) {
            try DirectoryManifest(json: .object(object))
        }
    }
}
