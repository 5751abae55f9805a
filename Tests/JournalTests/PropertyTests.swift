import Journal
import TestSupport
import Testing

/// Random appends, syncs, closes, power cuts, trims and snapshots against a list in memory.
@Suite struct PropertyTests {
    @Test("whatever happens, synced records are read back once, in order and unchanged", arguments: 1...40)
    func random(seed: Int) throws {
        let directory = TemporaryDirectory()
        var generator = SeededGenerator(seed: UInt64(seed))
        var model = Model(path: directory("0"))
        for run in 1...6 {
            let journal = try Journal.open(directory: model.path, options: .small)
            #expect(journal.epoch > model.epoch && journal.end >= model.end, "seed \(seed), run \(run)")
            model.epoch = journal.epoch
            model.confirm(try journal.everything(), "seed \(seed), run \(run)")
            try model.step(journal, count: Int.random(in: 0...60, using: &generator), using: &generator)
            model.end = journal.end
            if Bool.random(using: &generator) {
                try journal.close()
                model.synced += model.pending
                model.pending = []
            } else {
                let next = directory("\(run)")
                // What was trimmed is removed in the background: the copy is of the time after that.
                let floor = journal.firstOffset
                Disk.copy(model.path, to: next) { name in UInt64(name.prefix(20)).map { $0 >= floor } ?? true }
                model.cut(next, using: &generator)
                model.path = next
            }
        }
        let problems = try Journal.verify(directory: model.path).problems
        #expect(!problems.contains { $0.kind == .refused }, "seed \(seed)")
    }

    private struct Model {
        var path: String
        var epoch: UInt64 = 0
        var end: UInt64 = 1
        var synced: [Entry] = []
        var pending: [Entry] = []

        /// What is read must be all that was synced, and of the rest at most a beginning.
        mutating func confirm(_ found: [Entry], _ comment: Comment) {
            #expect(Array(found.prefix(synced.count)) == synced, comment)
            #expect(Array(found.dropFirst(synced.count)) == Array(pending.prefix(found.count - synced.count)), comment)
            synced = found
            pending = []
        }

        mutating func step(_ journal: Journal, count: Int, using generator: inout SeededGenerator) throws {
            for _ in 0..<count {
                switch Int.random(in: 0..<20, using: &generator) {
                case 0: try trim(journal, using: &generator)
                case 1...8:
                    try journal.sync()
                    synced += pending
                    pending = []
                    let from = synced.randomElement(using: &generator)?.offset ?? journal.firstOffset
                    let limit = Int.random(in: 1...20_000, using: &generator)
                    #expect(try journal.everything(from: from, maxBytes: limit) == synced.filter { $0.offset >= from })
                default:
                    let size = Int.random(in: 1...40, using: &generator)
                    let samples = (0..<size).map { _ in Sample.random(using: &generator) }
                    let sealedEnd = journal.syncedEnd
                    let base = try journal.append(samples)
                    // A rotation syncs what came before.
                    if journal.syncedEnd > sealedEnd {
                        synced += pending
                        pending = []
                    }
                    pending += samples.enumerated().map { Entry(base + UInt64($0.offset), $0.element) }
                }
            }
        }

        mutating func trim(_ journal: Journal, using generator: inout SeededGenerator) throws {
            guard let offset = synced.randomElement(using: &generator)?.offset, synced.count > 300 else { return }
            try journal.trim(before: offset)
            synced.removeAll { $0.offset < journal.firstOffset }
        }

        /// A power cut: the unsynced end of the last segment is lost from a random byte on.
        func cut(_ directory: String, using generator: inout SeededGenerator) {
            guard !pending.isEmpty, Bool.random(using: &generator),
                let name = TemporaryDirectory.names(directory).last(where: { $0.hasSuffix(".log") })
            else { return }
            let unsynced = pending.reduce(0) {
                $0 + 12 + $1.sample.topic.utf8.count + 1 + $1.sample.id.utf8.count + $1.sample.payload.count
            }
            var bytes = Disk.read("\(directory)/\(name)")
            bytes.removeLast(Int.random(in: 0...unsynced, using: &generator))
            Disk.write(bytes, to: "\(directory)/\(name)")
        }
    }
}
