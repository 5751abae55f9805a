import TestSupport
import Testing

@testable import Broker

@Suite struct DedupIndexTests {
    /// The same promises, kept naively.
    private struct Reference {
        let limit: Int
        var ids: [(hash: UInt64, offset: UInt64)] = []

        mutating func insert(_ hash: UInt64, at offset: UInt64) {
            if ids.count == limit { ids.removeFirst() }
            ids.append((hash, offset))
        }

        func offsets(_ hash: UInt64) -> Set<UInt64> {
            Set(ids.filter { $0.hash == hash }.map(\.offset))
        }
    }

    @Test("it answers like a list of the newest ids", arguments: 1...30)
    func likeAList(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let limit = generator.int(1...3_000)
        // Few hashes with equal low bits: long probe sequences, removal in their middle, wrap-around at the end.
        let hashes = (0..<generator.int(2...2_000)).map { _ in
            generator.oneIn(3) ? generator.next() | 0xFFFF : generator.next() & 0xFFFF_0000_0000_03FF
        }
        var index = DedupIndex(limit: limit)
        var reference = Reference(limit: limit)
        var offset: UInt64 = 1
        for step in 0..<6_000 {
            offset += UInt64(generator.int(1...3))
            if generator.oneIn(50) { index.warm((0..<generator.int(0...50)).map { _ in generator.next() }) }
            if generator.oneIn(40), let oldest = reference.ids.first?.offset {
                let cut = oldest + UInt64(generator.int(0...200))
                index.forget(before: cut)
                reference.ids.removeAll { $0.offset < cut }
            } else {
                let hash = hashes[generator.int(0...hashes.count - 1)]
                index.insert(hash, at: offset)
                reference.insert(hash, at: offset)
            }
            guard step % 53 == 0 else { continue }
            #expect(index.count == reference.ids.count, "seed \(seed), step \(step)")
            #expect(index.reach == reference.ids.first?.offset, "seed \(seed), step \(step)")
            let hash = hashes[generator.int(0...hashes.count - 1)]
            var found: Set<UInt64> = []
            #expect(
                index.candidates(hash) {
                    found.insert($0)
                    return false
                } == nil)
            #expect(found == reference.offsets(hash), "seed \(seed), step \(step)")
        }
    }

    @Test("a candidate that the caller refuses is passed over")
    func refusedCandidate() {
        var index = DedupIndex(limit: 10)
        for offset: UInt64 in [5, 6, 7] { index.insert(42, at: offset) }
        #expect(index.candidates(42) { $0 == 6 } == 6)
        #expect(index.candidates(43) { _ in true } == nil)
    }

    @Test("it grows from nothing, shrinks to nothing and grows again")
    func growAgain() {
        var index = DedupIndex(limit: 5_000)
        for round: UInt64 in 0..<4 {
            for number in 0..<4_000 {
                index.insert(UInt64(number) &* 0x9E37_79B9, at: round * 10_000 + UInt64(number))
            }
            #expect(index.candidates(3_999 &* 0x9E37_79B9) { $0 == round * 10_000 + 3_999 } != nil)
            index.forget(before: .max)
            #expect(index.count == 0)
            #expect(index.reach == nil)
        }
    }

    @Test("with a limit of one only the newest id is known")
    func limitOfOne() {
        var index = DedupIndex(limit: 1)
        for offset: UInt64 in 1...50 {
            index.insert(offset &* 31, at: offset)
            #expect(index.count == 1)
            #expect(index.candidates(offset &* 31) { _ in true } == offset)
            #expect(index.candidates((offset - 1) &* 31) { $0 == offset - 1 } == nil)
        }
    }
}
