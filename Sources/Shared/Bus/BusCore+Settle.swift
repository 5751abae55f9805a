internal import Wire

/// Transactions: outcomes, publishes and map writes, all or nothing.
extension BusCore {
    /// Sends an atomic settle and waits for its answer.
    /// - Throws: ``BusError/fenced``, ``BusError/revisionMismatch(current:)``, refusals and rejections.
    func settle(
        subscription: UInt32, _ outcomes: [Outcome], _ publishes: [OutgoingEvent], _ writes: [MapWrite],
        policy: RequestPolicy
    ) async throws(BusError) -> Transaction {
        let maxBytes = status.state.welcome?.limits.maxEventBytes ?? BusLimits.eventBytes
        for event in publishes { if let problem = event.problem(maxBytes: maxBytes) { throw problem } }
        for write in writes { if let problem = write.problem { throw problem } }
        let records = publishes.map { event in
            var record: [UInt8] = []
            record.putRecord(
                kind: .event, topic: event.topic.utf8, key: event.key.utf8, id: event.id.utf8, payload: event.document)
            return record
        }
        let answer = try await request(.settle, policy: policy) { frame in
            SettleBody.encode(
                subscription: subscription, isAtomic: true, outcomes: outcomes, publishes: records, writes: writes,
                into: &frame)
        }
        let settled = try decodeAnswer(answer, .settled) { (bytes) throws(WireError) in try SettledBody(bytes) }
        return try transaction(settled)
    }

    private func transaction(_ settled: SettledBody) throws(BusError) -> Transaction {
        switch settled.status {
        case .done: break
        case .fenced: throw .fenced
        case .revisionMismatch:
            throw .revisionMismatch(current: settled.writes.first { !$0.matches }?.revision ?? 0)
        case .refused: throw .refused(Failure(reason: settled.reason, retryable: true))
        case .rejected:
            if let conflict = settled.publishes.first(where: { $0.status == .conflict }) {
                throw .conflict(offset: conflict.offset)
            }
            throw .rejected(Failure(reason: settled.reason, retryable: false))
        }
        var receipts: [PublishReceipt] = []
        for run in settled.publishes {
            for place in 0..<UInt64(run.count) {
                let isDuplicate = run.status == .duplicate
                receipts.append(
                    PublishReceipt(offset: isDuplicate ? run.offset : run.offset + place, isDuplicate: isDuplicate))
            }
        }
        return Transaction(publishes: receipts, revisions: settled.writes.map(\.revision))
    }

    /// The session's number now, 0 without one.
    var currentSession: UInt32 { status.state.welcome?.session ?? 0 }
}

extension MapWrite {
    /// Why its lengths cannot be written; nil when they can.
    fileprivate var problem: BusError? {
        if map.utf8.isEmpty || map.utf8.count > 64 {
            return .atFault("map.name", "The map's name has \(map.utf8.count) bytes, allowed are 1…64.")
        }
        if key.utf8.isEmpty || key.utf8.count > BusLimits.keyBytes {
            return .atFault("map.key", "The key has \(key.utf8.count) bytes, allowed are 1…\(BusLimits.keyBytes).")
        }
        guard value.count > 1_048_576 else { return nil }
        return .atFault("map.value", "The value has \(value.count) bytes, at most 1,048,576 are allowed.")
    }
}

/// Reads the body of an answer that must be of `type`.
func decodeAnswer<Value>(
    _ answer: (type: FrameType, body: [UInt8]), _ type: FrameType,
    _ body: (UnsafeRawBufferPointer) throws(WireError) -> Value
) throws(BusError) -> Value {
    guard answer.type == type else { throw .wire(.malformed(what: "answer, which is a \(answer.type)")) }
    let result = answer.body.withUnsafeBytes { bytes -> Result<Value, WireError> in
        do throws(WireError) {
            return .success(try body(bytes))
        } catch {
            return .failure(error)
        }
    }
    switch result {
    case .success(let value): return value
    case .failure(let error): throw .wire(error)
    }
}
