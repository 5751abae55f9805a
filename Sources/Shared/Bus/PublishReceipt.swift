/// Where a published event lies: on disk.
public struct PublishReceipt: Equatable, Sendable {
    /// Its offset in the journal.
    public var offset: UInt64
    /// Whether it was stored by an earlier publish of the same event.
    public var isDuplicate: Bool

    public init(offset: UInt64, isDuplicate: Bool = false) {
        self.offset = offset
        self.isDuplicate = isDuplicate
    }
}

/// What a transaction wrote.
public struct Transaction: Equatable, Sendable {
    /// One per published event, in order.
    public var publishes: [PublishReceipt]
    /// The new revision of each written entry, in order.
    public var revisions: [UInt64]

    public init(publishes: [PublishReceipt] = [], revisions: [UInt64] = []) {
        self.publishes = publishes
        self.revisions = revisions
    }
}
