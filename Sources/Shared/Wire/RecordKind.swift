/// What a record of the journal says.
///
/// Kinds that a reader does not know are passed over, never an error.
public enum RecordKind: UInt8, Sendable, CaseIterable {
    /// An event: topic, ordering key, deduplication id, CloudEvents document.
    case event = 1
    /// A map entry was written. Topic `map.<map>`, key = entry key, payload `u64 expiry (unix ns, 0 = never)` + value.
    case mapPut = 2
    /// A map entry was removed. Topic `map.<map>`, key = entry key, payload empty.
    case mapDelete = 3
    /// A group settled deliveries. Key = group; payload: ``SettlementRecord``.
    case settlement = 4
    /// A group was made, changed or deleted. Key = group; payload: its configuration as JSON, empty when deleted.
    case group = 5
    /// A delivery was given up. Key = group; payload: ``DeadLetterRecord``.
    case deadLetter = 6
    /// A dead letter is delivered once more to its group. Key = group; payload: ``RedriveRecord``.
    case redrive = 7
    /// A dead letter was dropped by an operator. Key = group; payload `u64 offset` of the dead letter.
    case deadLetterDropped = 8
}
