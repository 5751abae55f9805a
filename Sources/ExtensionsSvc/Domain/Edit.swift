import Events

/// What somebody wants done to one record.
enum Edit: Hashable, Sendable {
    case create(RecordInput)
    /// The revision is the one that the editor has seen.
    case update(RecordID, expecting: UInt64, RecordInput)
    case delete(RecordID, expecting: UInt64)
    /// A record that was deleted comes back, by its old id.
    case restore(RecordID, RecordInput)

    /// The record that it is about; nil for one that is to be made.
    var id: RecordID? {
        switch self {
        case .create: nil
        case .update(let id, _, _), .delete(let id, _), .restore(let id, _): id
        }
    }
}

/// Why an edit cannot be done.
enum EditRefusal: Hashable, Sendable {
    case invalid([FieldProblem])
    case numberTaken(owner: ExtensionRecord)
    case workerTaken(owner: ExtensionRecord)
    /// The record is another one by now, or gone; `yours` is nil for a deletion.
    case changedMeanwhile(current: ExtensionRecord?, yours: ExtensionRecord.Content?, expecting: UInt64)
    case notFound

    /// Stable, for machines.
    var code: String {
        switch self {
        case .invalid: "extensions.invalid"
        case .numberTaken: "extensions.number_taken"
        case .workerTaken: "extensions.worker_taken"
        case .changedMeanwhile: "extensions.changed_meanwhile"
        case .notFound: "extensions.not_found"
        }
    }
}
