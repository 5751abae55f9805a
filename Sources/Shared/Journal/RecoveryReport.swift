/// What opening a journal found and did.
public struct RecoveryReport: Sendable, Equatable {
    /// Nothing was there.
    public var isNew = false
    /// The earlier run closed the journal: nothing was scanned that has a valid sidecar, offsets go on without a gap.
    public var isClean = false
    /// The directory is a restored snapshot: epoch and offsets jumped beyond anything that was handed out.
    public var isRestored = false
    /// The offset after the last record that the earlier runs left.
    public var recoveredEnd: UInt64 = 0
    /// The highest synced-through found: nothing below it is missing.
    public var provenEnd: UInt64 = 0
    /// Bytes cut off after the last valid batch, up to the last that is not zero.
    public var truncatedBytes: UInt64 = 0
    /// Where they were cut off.
    public var truncatedFile: String?
    public var truncatedAt: UInt64 = 0
    /// What was found there.
    public var truncatedReason: String?
    /// Whether a batch at ``recoveredEnd`` may have been acknowledged and lost: after an unclean stop the last batch
    /// cannot be told from a torn one.
    public var lastBatchDoubtful = false
    /// Bytes of segments that were read batch by batch.
    public var scannedBytes: UInt64 = 0
    /// Sidecars that were missing or did not fit.
    public var rebuiltSidecars = 0
    /// Segments of earlier runs that hold records.
    public var segments = 0
    /// Sealed segments that are not as they were, as far as the start had to look: who reads there is told, everything
    /// else goes on.
    public var damaged: [JournalError] = []
}
