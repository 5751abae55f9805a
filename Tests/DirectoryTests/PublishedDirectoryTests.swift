import Directory
import Events
import TestSupport
import Testing

@Suite("A published directory in memory")
struct PublishedDirectoryTests {
    static let now = Timestamp(unixNanoseconds: 2_000_000_000)

    @Test("Every number finds its entry, and no other text finds any", arguments: 1...10)
    func findsNumbers(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let entries = Directories.entries(1_000, using: &random)
        let directory = try Directories.published(entries)
        for entry in entries {
            let expected = entry.isValid(at: Self.now) ? entry : nil
            #expect(directory.entry(for: entry.number, at: Self.now) == expected, "seed \(seed)")
        }
        let numbers = Set(entries.map(\.number))
        for entry in entries where !numbers.contains("0" + entry.number) {
            #expect(directory.entry(for: "0" + entry.number, at: Self.now) == nil, "seed \(seed)")
        }
        for text in ["", "1e5", "-1", "1.5", " ", "٣"] { #expect(directory.entry(for: text, at: Self.now) == nil) }
    }

    @Test("An extension ends at the moment it is valid until")
    func expires() throws {
        let entry = DirectoryEntry(number: "12", target: .queue(name: "q"), spokenName: "Ana", validUntil: Self.now)
        let directory = try Directories.published([entry])
        #expect(directory.entry(for: "12", at: Self.now.advanced(by: .nanoseconds(-1))) == entry)
        #expect(directory.entry(for: "12", at: Self.now) == nil)
        #expect(directory.byName(keypad: "262", at: Self.now).count == 0)
    }

    @Test("A version is refused without one of its chunks, with another count, with a number twice")
    func refuses() throws {
        var random = SeededGenerator(seed: 8)
        let entries = Directories.entries(900, using: &random)
        let chunks = DirectoryChunks.cut(entries)
        var stored = Dictionary(uniqueKeysWithValues: chunks.map { ($0.sha256, $0.bytes) })
        #expect(throws: DirectoryError.countMismatch(expected: 901, found: 900)) {
            try PublishedDirectory(manifest: Directories.manifest(901, chunks), chunks: stored)
        }
        stored[chunks[0].sha256] = nil
        #expect(throws: DirectoryError.chunkMissing(sha256: chunks[0].sha256)) {
            try PublishedDirectory(manifest: Directories.manifest(900, chunks), chunks: stored)
        }
        let twice = [entries[0], entries[0]]
        #expect(throws: DirectoryError.numberRepeated(position: 1)) {
            try PublishedDirectory(manifest: Directories.manifest(2, chunks), entries: twice)
        }
    }

    @Test(
        "A version made of an older one and the chunks that are new is the one made of all its chunks",
        arguments: 1...20)
    func reuses(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var entries = Directories.entries(2_000, using: &random)
        let old = try Directories.published(entries)
        for _ in 0..<random.int(0...30) {
            let index = random.int(0...entries.count - 1)
            if random.oneIn(2) { entries.remove(at: index) } else { entries[index].spokenName += "!" }
        }
        let chunks = DirectoryChunks.cut(entries)
        let manifest = Directories.manifest(entries.count, chunks)
        let new = chunks.filter { !old.has(chunk: $0.sha256) }
        let parts = Dictionary(uniqueKeysWithValues: new.map { ($0.sha256, $0.entries) })
        let directory = try PublishedDirectory(manifest: manifest, parts: parts, reusing: old)
        #expect(directory.entries == entries.sorted { $0.number < $1.number }, "seed \(seed)")
        #expect(chunks.allSatisfy { directory.has(chunk: $0.sha256) })
        if let missing = new.first {
            #expect(throws: DirectoryError.chunkMissing(sha256: missing.sha256)) {
                try PublishedDirectory(manifest: manifest, parts: [:], reusing: old)
            }
        }
    }

    @Test("A search finds what a look at every name finds, also behind the sixteenth key", arguments: 1...20)
    func searchesLikeALook(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words = ["Ana", "Anabel", "Bo", "Maximiliana", "Maximilian", "Constantinopolitana"]
        let entries = (1_000..<1_060).map { number in
            let name = (0..<random.int(1...3)).map { _ in random.pick(words) }.joined(separator: " ")
            return DirectoryEntry(number: "\(number)", target: .queue(name: "q"), spokenName: name)
        }
        let directory = try Directories.published(entries)
        for _ in 0..<40 {
            let keys = Keypad.words((0..<2).map { _ in random.pick(words) }.joined(separator: " ")).joined()
            let keypad = String(keys.prefix(random.int(2...keys.utf8.count)))
            let expected = entries.filter { entry in
                let words = Keypad.words(entry.spokenName)
                return words.indices.contains { (words[$0...] + words[..<$0]).joined().hasPrefix(keypad) }
            }
            #expect(directory.byName(keypad: keypad, at: Self.now).count == expected.count, "seed \(seed) \(keypad)")
        }
    }

    static let people = [
        "Ana Ruiz", "Ana Rúiz", "Añil Ñandú", "José María Núñez", "Zoë O'Brien", "Jean-Luc Straße", "Łukasz Żak",
        "Æsa Ørsted", "Иван", "Agent 007",
    ]

    @Test(
        "Names are found by the keys of a first or last name, accents folded",
        arguments: [
            ("262", ["Ana Ruiz", "Ana Rúiz"]), ("784", ["Ana Ruiz", "Ana Rúiz"]),
            ("2627849", ["Ana Ruiz", "Ana Rúiz"]), ("7849262", ["Ana Ruiz", "Ana Rúiz"]), ("2645", ["Añil Ñandú"]),
            ("62638", ["Añil Ñandú"]), ("567", ["José María Núñez"]), ("6274", ["José María Núñez", "Zoë O'Brien"]),
            ("68639", ["José María Núñez"]), ("96", ["Zoë O'Brien"]), ("627436", ["Zoë O'Brien"]),
            ("5326", ["Jean-Luc Straße"]), ("582", ["Jean-Luc Straße"]),
            ("787277", ["Jean-Luc Straße"]), ("58527", ["Łukasz Żak"]), ("925", ["Łukasz Żak"]),
            ("2372", ["Æsa Ørsted"]), ("677", ["Æsa Ørsted"]), ("007", ["Agent 007"]), ("9999", []), ("2", []),
            ("26*", []), ("", []),
        ])
    func dialsByName(_ keypad: String, _ names: [String]) throws {
        let entries = Self.people.enumerated().map { index, name in
            DirectoryEntry(number: "\(100 + index)", target: Directories.worker(index + 1), spokenName: name)
        }
        let (matches, count) = try Directories.published(entries).byName(keypad: keypad, at: Self.now)
        #expect(matches.map(\.spokenName) == names)
        #expect(count == names.count)
    }

    @Test("An ambiguous name is given to choose from, no more than there are keys, with the number of all")
    func ambiguity() throws {
        let entries = (100..<150).map {
            DirectoryEntry(number: "\($0)", target: .queue(name: "q"), spokenName: "Ana Ana \($0)")
        }
        let (matches, count) = try Directories.published(entries).byName(keypad: "262", at: Self.now)
        #expect(matches.map(\.number) == (100...108).map(String.init))
        #expect(count == 50)
    }
}
