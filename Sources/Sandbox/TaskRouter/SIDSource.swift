/// Makes SIDs: the same seed makes the same ones.
struct SIDSource: Sendable {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next SID with this prefix, such as `WT`.
    mutating func next(_ prefix: String) -> String {
        var bytes = Array(prefix.utf8)
        bytes.reserveCapacity(34)
        for _ in 0..<2 { SIDNumber.append(generator.next(), to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
