/// The `ref` of frames: the two highest bits say who gets the answer, so that a `failure` finds its way.
enum FrameReference: Equatable, Sendable {
    /// A sequence number of `publish` or `resume`.
    case publish(UInt64)
    case request
    case consumer(UInt32)
    case server(UInt32)

    private static let requestBit: UInt64 = 1 << 63
    private static let workBit: UInt64 = 1 << 62

    /// Whom the answer with `ref` is for.
    init(_ ref: UInt64) {
        let number = UInt32(truncatingIfNeeded: (ref & ~(Self.requestBit | Self.workBit)) >> 32)
        switch (ref & Self.requestBit != 0, ref & Self.workBit != 0) {
        case (false, false): self = .publish(ref)
        case (true, false): self = .request
        case (true, true): self = .consumer(number)
        case (false, true): self = .server(number)
        }
    }

    static func ref(ofRequest ticket: UInt64) -> UInt64 { requestBit | ticket }
    static func ref(ofConsumer number: UInt32, _ counter: UInt32) -> UInt64 {
        requestBit | workBit | UInt64(number) << 32 | UInt64(counter)
    }
    static func ref(ofServer number: UInt32) -> UInt64 { workBit | UInt64(number) << 32 }
}
