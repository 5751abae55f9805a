import Directory
import Events
import TestSupport

/// Directories by chance.
enum Directories {
    static let names = ["Ana", "Álvaro", "Ben", "Zoë", "O'Brien", "Ruiz", "Núñez", "Cole", "Straße", "Łukasz"]

    /// `count` entries with different numbers of 1 to 6 digits, some with leading zeros.
    static func entries(_ count: Int, using random: inout SeededGenerator) -> [DirectoryEntry] {
        var numbers: Set<String> = []
        while numbers.count < count {
            let digits = (0..<random.int(4...7)).map { _ in String(random.int(0...9)) }
            numbers.insert(digits.joined())
        }
        return numbers.sorted().map { entry($0, using: &random) }.shuffled(using: &random)
    }

    static func entry(_ number: String, using random: inout SeededGenerator) -> DirectoryEntry {
        DirectoryEntry(
            number: number, target: target(using: &random),
            spokenName: "\(random.pick(names)) \(random.pick(names))",
            fallback: random.oneIn(4) ? target(using: &random) : nil,
            validUntil: random.oneIn(8) ? Timestamp(unixNanoseconds: UInt64(random.int(1...4_000_000_000))) : nil)
    }

    static func target(using random: inout SeededGenerator) -> DirectoryTarget {
        switch random.int(0...2) {
        case 0: worker(random.int(1...1_000_000))
        case 1: .queue(name: random.pick(["Sales", "Ventas \"A\"", "a\\b\n"]))
        default: .number("+34\(random.int(600_000_000...699_999_999))")
        }
    }

    static func worker(_ number: Int, name: String = "Ana Ruiz") -> DirectoryTarget {
        let digits = String(number, radix: 16)
        let text = "WK" + String(repeating: "0", count: 32 - digits.count) + digits
        guard let sid = try? WorkerSID(text) else { preconditionFailure("\(text) is no SID") }
        return .worker(sid: sid, name: name)
    }

    static func manifest(_ count: Int, _ chunks: [DirectoryChunk], version: Int = 1) -> DirectoryManifest {
        DirectoryManifest(
            version: version, count: count, chunks: chunks.map(\.sha256), publishedBy: "Ana",
            publishedAt: Timestamp(unixNanoseconds: 0), draftRevision: 7)
    }

    static func published(_ entries: [DirectoryEntry]) throws -> PublishedDirectory {
        let chunks = DirectoryChunks.cut(entries)
        return try PublishedDirectory(
            manifest: manifest(entries.count, chunks),
            chunks: Dictionary(uniqueKeysWithValues: chunks.map { ($0.sha256, $0.bytes) }))
    }
}
