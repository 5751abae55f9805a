/// SplitMix64: the same seed gives the same webhooks on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A SID of random digits.
    mutating func sid(_ prefix: String) -> String {
        var digits = ""
        for _ in 0..<2 {
            let half = String(next(), radix: 16)
            digits += String(repeating: "0", count: 16 - half.count) + half
        }
        return prefix + digits
    }
}
