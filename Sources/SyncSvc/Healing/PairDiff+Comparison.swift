import Events

extension PairDiff {
    /// One direction: the messages of one side against their copies on the other.
    struct Comparison {
        private(set) var findings: [Finding] = []
        private(set) var originalDigest = PairDigest()
        private(set) var copyDigest = PairDigest()

        /// - Parameters:
        ///   - side: Where the originals are.
        ///   - originals: Its own messages by index.
        ///   - others: Everything of the other side by index.
        ///   - begin: Originals below this index count as copied.
        ///   - isWhole: Whether both listings are whole.
        init(side: Side, originals: [ListedMessage], others: [ListedMessage], begin: Int, isWhole: Bool) {
            let known = Set(originals.map(\.sid))
            var copies: [String: [ListedMessage]] = [:]
            for message in others {
                // A part goes when its message is gone; what it holds is compared with the copy.
                if isWhole, case .part(side, let source, _) = message.tag, !known.contains(source.text) {
                    findings.append(.orphaned(side: side.other, copy: message.sid, of: source.text))
                }
                guard case .of(side, let source) = message.tag else { continue }
                if known.contains(source.text) {
                    copies[source.text, default: []].append(message)
                } else if isWhole {
                    findings.append(.orphaned(side: side.other, copy: message.sid, of: source.text))
                }
            }
            var legacy = LegacyCopies(others.filter { $0.tag == .legacy })
            var placed: [ListedMessage] = []
            for original in originals {
                var found = copies[original.sid] ?? []
                if found.isEmpty, let copy = legacy.take(original) { found = [copy] }
                guard let copy = found.first else {
                    guard original.index >= begin else { continue }
                    originalDigest.add(source: original.sid, digest: original.digest)
                    findings.append(.missing(side: side, message: original.sid, created: original.created))
                    continue
                }
                originalDigest.add(source: original.sid, digest: original.digest)
                for double in found.dropFirst() {
                    findings.append(.doubled(side: side.other, copy: double.sid, of: original.sid))
                }
                if copy.digest != original.digest {
                    findings.append(.edited(side: side.other, copy: copy.sid, of: original.sid))
                }
                placed.append(copy)
            }
            addOrder(of: placed, on: side.other)
            digestCopies(of: originals, copies, placed)
        }

        /// The copies as they stand there, each under its original's SID.
        private mutating func digestCopies(
            of originals: [ListedMessage], _ copies: [String: [ListedMessage]], _ placed: [ListedMessage]
        ) {
            let sources = Dictionary(
                copies.flatMap { source, messages in messages.map { ($0.sid, source) } }, uniquingKeysWith: { $1 })
            var all = copies.values.flatMap { $0 }
            let tagged = Set(all.map(\.sid))
            all += placed.filter { !tagged.contains($0.sid) }
            let legacySources = Dictionary(
                placed.filter { !tagged.contains($0.sid) }.map { ($0.sid, $0.digest) }, uniquingKeysWith: { $1 })
            let byDigest = Dictionary(originals.map { ($0.digest, $0.sid) }, uniquingKeysWith: { first, _ in first })
            for copy in all.sorted(by: { $0.index < $1.index }) {
                let source = sources[copy.sid] ?? legacySources[copy.sid].flatMap { byDigest[$0] } ?? ""
                copyDigest.add(source: source, digest: copy.digest)
            }
        }

        /// Those that are not part of a longest run of copies in the right order.
        private mutating func addOrder(of placed: [ListedMessage], on side: Side) {
            let inOrder = Self.longestIncreasing(placed.map(\.index))
            guard inOrder.count < placed.count else { return }
            let strays = placed.indices.filter { !inOrder.contains($0) }.map { placed[$0].sid }
            findings.append(.misordered(side: side, copies: strays))
        }

        /// The positions of a longest strictly increasing subsequence.
        static func longestIncreasing(_ values: [Int]) -> Set<Int> {
            var tails: [Int] = []
            var previous = [Int](repeating: -1, count: values.count)
            for (position, value) in values.enumerated() {
                var low = 0
                var high = tails.count
                while low < high {
                    let middle = (low + high) / 2
                    if values[tails[middle]] < value { low = middle + 1 } else { high = middle }
                }
                if low > 0 { previous[position] = tails[low - 1] }
                if low == tails.count { tails.append(position) } else { tails[low] = position }
            }
            var chosen: Set<Int> = []
            var position = tails.last ?? -1
            while position >= 0 {
                chosen.insert(position)
                position = previous[position]
            }
            return chosen
        }
    }

    /// Copies that the samples made: matched to originals of the same content in their order.
    private struct LegacyCopies {
        private var byDigest: [UInt64: [ListedMessage]] = [:]

        init(_ messages: [ListedMessage]) {
            for message in messages.reversed() { byDigest[message.digest, default: []].append(message) }
        }

        mutating func take(_ original: ListedMessage) -> ListedMessage? {
            byDigest[original.digest]?.popLast()
        }
    }
}
