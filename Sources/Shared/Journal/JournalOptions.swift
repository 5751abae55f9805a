internal import CPlatform

/// How a journal is kept.
public struct JournalOptions: Sendable {
    /// Size at which a segment is sealed and the next one begun; 64 KiB to 1 GiB.
    public var segmentBytes = 128 << 20
    /// Largest batch, header included; 1 KiB to 64 MiB.
    ///
    /// A larger one is refused with ``JournalError/tooLarge(bytes:limitBytes:)``.
    public var maxBatchBytes = 16 << 20
    /// How far zeros are written ahead of the end of the active segment, at a time; 0 to 64 MiB, 0 is not at all.
    ///
    /// A batch that only overwrites makes the file system write no metadata with the sync (docs/decisions/0010).
    public var reserveBytes = 1 << 20
    /// Free bytes of the file system below which ``Journal/isAtFloor()`` holds and retention gives more away.
    ///
    /// The journal itself goes on writing: what happens at the floor is the owner's decision.
    public var floorFreeBytes: UInt64 = 0
    /// What may be removed although nobody asked for the space.
    public var retention = JournalRetention()
    /// Writes, syncs and free space; tests put one that fails here.
    public var device: any JournalDevice = SystemDevice()
    /// Nanoseconds since 1970; used by a restore only, batches carry the time that `append` is given.
    public var wallTime: @Sendable () -> UInt64 = { cplatform_realtime_ns() }

    /// The defaults.
    public init() {}

    func validate() throws(JournalError) {
        func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(JournalError) {
            guard range.contains(value) else {
                throw .invalidOption(
                    name: name, value: String(value), range: "\(range.lowerBound)...\(range.upperBound) bytes")
            }
        }
        try check("segmentBytes", segmentBytes, JournalOptions.segmentByteRange)
        try check("maxBatchBytes", maxBatchBytes, 1 << 10...64 << 20)
        try check("reserveBytes", reserveBytes, 0...64 << 20)
    }

    /// The upper limit is part of the promise on offsets, see ``OffsetJump``.
    static let segmentByteRange = 1 << 16...1 << 30
}

/// Which sealed segments may be removed; both limits apply, nil is none.
public struct JournalRetention: Sendable, Equatable {
    /// Age of a segment's newest batch, by journal time.
    public var maxAge: Duration?
    /// Bytes of all segments together.
    public var maxBytes: UInt64?

    /// Keeps everything when both are nil.
    public init(maxAge: Duration? = nil, maxBytes: UInt64? = nil) {
        self.maxAge = maxAge
        self.maxBytes = maxBytes
    }
}
