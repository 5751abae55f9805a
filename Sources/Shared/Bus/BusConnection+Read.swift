public import Wire

extension BusConnection {
    /// Reads records of the journal, without a group and without a trace.
    /// - Throws: ``BusError/rejected(_:)`` with `journal.trimmed` when the offset is not kept any more, `read.range`;
    ///   ``BusError/timedOut``.
    public func read(_ request: ReadRequest) async throws(BusError) -> ReadPage {
        var request = request
        request.raw = false
        let answer = try await send(.read, ControlJSON.encode(request))
        let body = answer.body
        return try decodeAnswer(answer, .records) { (bytes) throws(WireError) in
            var records: [StoredRecord] = []
            let (next, end) = try RecordsBody.forEach(bytes) { stored in
                guard stored.record.kind != nil, let base = bytes.baseAddress,
                    let start = stored.record.bytes.baseAddress
                else { return }
                let slice = RecordSlice(bytes: body, start: start - base)
                records.append(StoredRecord(offset: stored.offset, time: stored.time, slice: slice))
            }
            return ReadPage(records: records, next: next, end: end)
        }
    }

    /// Reads whole batches as they lie in the journal, all kinds; the first may begin before `offset`.
    /// - Throws: As ``read(_:)``.
    public func readRaw(from offset: UInt64, maxBytes: Int = 1_048_576) async throws(BusError) -> RawPage {
        let request = ReadRequest(offset: offset, maxBytes: maxBytes, raw: true)
        let answer = try await send(.read, ControlJSON.encode(request))
        return try decodeAnswer(answer, .slices) { (bytes) throws(WireError) in
            guard bytes.count >= 16 else { throw .truncated(what: "slices") }
            return RawPage(bytes: Array(bytes.dropFirst(16)), next: bytes.u64(at: 0), end: bytes.u64(at: 8))
        }
    }

    /// Operates the Broker.
    /// - Parameters:
    ///   - request: A backup is asked for once; everything else is asked for again when the session is lost.
    ///   - answerType: What the answer's document is.
    ///   - within: Until it is given up.
    /// - Returns: The answer's document, as the operation names it in ``AdminRequest/Operation``.
    /// - Throws: ``BusError/rejected(_:)`` for an unknown operation or group, or a role that may not;
    ///   ``BusError/wire(_:)`` when the answer is no `Answer`.
    public func admin<Answer: Decodable>(
        _ request: AdminRequest, as answerType: Answer.Type, within: Duration = BusLimits.requestTimeout
    ) async throws(BusError) -> Answer {
        let body = ControlJSON.encode(request)
        let policy = request.operation == .journalBackup ? RequestPolicy.once : .resend
        let answer = try await core.request(.admin, policy: policy, within: within) { $0.append(contentsOf: body) }
        return try decodeAnswer(answer, .done) { (bytes) throws(WireError) in
            try ControlJSON.decode(answerType, from: bytes)
        }
    }

    /// The map called `name`: small versioned key-value state.
    public func map(_ name: String) -> BusMap { BusMap(name: name, core: core) }

    private func send(_ type: FrameType, _ body: [UInt8]) async throws(BusError) -> (type: FrameType, body: [UInt8]) {
        try await core.request(type, policy: .resend) { $0.append(contentsOf: body) }
    }
}
