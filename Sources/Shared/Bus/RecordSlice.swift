internal import Wire

/// One record inside of a received frame, which all the records of the frame share; nothing is copied until asked for.
struct RecordSlice: Sendable {
    /// The frame.
    let bytes: [UInt8]
    /// Where the record starts.
    let start: Int

    func withView<Result>(_ body: (RecordView) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { buffer in
            guard let record = RecordView(in: buffer, at: start) else {
                preconditionFailure("a slice is made only of records that were checked")
            }
            return try body(record)
        }
    }

    /// Kind 1, event, for kinds that this version does not know: they are passed over before a slice is made.
    var kind: RecordKind { withView { $0.kind ?? .event } }
    var topic: String { withView { String(decoding: $0.topic, as: UTF8.self) } }
    var key: String { withView { String(decoding: $0.key, as: UTF8.self) } }
    var id: String { withView { String(decoding: $0.id, as: UTF8.self) } }
    var payload: [UInt8] { withView { Array($0.payload) } }

    /// The map entry that a record of kind `mapPut` at `offset` wrote.
    func mapEntry(at offset: UInt64) -> MapEntry? {
        withView { record in
            guard record.kind == .mapPut, record.payload.count >= 8 else { return nil }
            return MapEntry(
                key: String(decoding: record.key, as: UTF8.self), value: Array(record.payload.dropFirst(8)),
                revision: offset, expires: record.payload.u64(at: 0))
        }
    }
}
