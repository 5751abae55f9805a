import Events
import Wire

/// Taking events.
extension BrokerCore {
    /// Stores the events of a publish frame, in order; the answer waits for the disk.
    mutating func publish(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session
    ) throws(WireError) {
        var reader = ByteReader(body)
        let count = Int(reader.u32())
        guard reader.isValid, count <= reader.remaining / RecordView.headerBytes else {
            throw .truncated(what: "publish")
        }
        // All of it is well-formed, or none of it is stored.
        var check = reader
        idHashes.removeAll(keepingCapacity: true)
        for _ in 0..<count {
            guard let record = check.record() else { throw .truncated(what: "publish") }
            if !record.id.isEmpty { idHashes.append(KeyHash.id(record.id)) }
        }
        guard session.isPaused || header.ref == session.expectedSequence else {
            failSequence(session, header.ref)
            return
        }
        var runs: [PublishRun] = []
        if let failure = refusal(of: count, bytes: body.count, from: session) {
            runs.append(.init(status: .refused, count: UInt32(count), offset: 0, reason: failure.reason))
            statistics.refused += UInt64(count)
            sessions[session.id]?.isPaused = true
        } else {
            dedup.warm(idHashes)
            var hashed = 0
            for _ in 0..<count {
                guard let record = reader.record() else { throw .truncated(what: "publish") }
                let hasID = !record.id.isEmpty
                runs.add(store(record, idHash: hasID ? idHashes[hashed] : nil))
                if hasID { hashed += 1 }
            }
            sessions[session.id]?.expectedSequence = header.ref + UInt64(count)
        }
        var answerBody: [UInt8] = []
        PublishedBody.encode(runs, into: &answerBody)
        if runs.first?.status == .refused {
            answerNow(session, .published, ref: header.ref, body: answerBody)
            return
        }
        answer(session, .published, ref: header.ref, body: answerBody)
    }

    /// Why a whole frame is refused, or nil.
    private func refusal(of count: Int, bytes: Int, from session: Session) -> Failure? {
        if session.isPaused {
            return Failure(
                code: "publish.paused",
                message: "An earlier publish was refused. Resume at sequence number \(session.expectedSequence).",
                retryable: true)
        }
        if count > limits.maxUnackedEvents || bytes > limits.maxUnackedBytes {
            return Failure(
                code: "publish.window",
                message: "\(count) events of \(bytes) bytes exceed max_unacked_events \(limits.maxUnackedEvents) or "
                    + "max_unacked_bytes \(limits.maxUnackedBytes).",
                retryable: true)
        }
        return logStop ?? publishStop
    }

    mutating func resume(_ header: FrameHeader, from session: Session) {
        guard header.ref == session.expectedSequence else {
            failSequence(session, header.ref)
            return
        }
        sessions[session.id]?.isPaused = false
        answer(session, .done, ref: header.ref, body: [])
    }

    private mutating func failSequence(_ session: Session, _ sequence: UInt64) {
        let message = "The next sequence number is \(session.expectedSequence), not \(sequence)."
        fail(session, ref: sequence, "publish.sequence", message)
    }

    /// Checks one event and appends it unless it is there.
    ///
    /// - Parameters:
    ///   - record: The event.
    ///   - idHash: ``KeyHash/id(_:)`` of its id, where that is known already.
    /// - Returns: What became of it.
    @inline(__always)
    mutating func store(_ record: RecordView, idHash: UInt64? = nil) -> PublishRun {
        if let failure = fault(of: record) {
            statistics.rejected += 1
            return PublishRun(status: .rejected, count: 1, offset: 0, reason: failure.reason)
        }
        guard !record.topic.isEmpty, !record.topic.isReserved, let topic = topics.number(of: record.topic) else {
            statistics.rejected += 1
            return PublishRun(status: .rejected, count: 1, offset: 0, reason: topicFault(record).reason)
        }
        let offset = appendEnd
        if !record.id.isEmpty {
            let hash = idHash ?? KeyHash.id(record.id)
            if let known = find(record, hash: hash) {
                return known
            }
            dedup.insert(hash, at: offset)
        }
        builder.append(record, topic: topic, keyHash: KeyHash.key(record.key))
        statistics.published += 1
        statistics.publishedBytes += UInt64(record.bytes.count)
        return PublishRun(status: .accepted, count: 1, offset: offset)
    }

    /// Why ``store(_:)`` would reject an event, or find that its id is taken; nil when it would be stored or is there.
    mutating func wouldReject(_ record: RecordView) -> String? {
        if let failure = fault(of: record) { return failure.reason }
        guard !record.topic.isEmpty, !record.topic.isReserved, topics.number(of: record.topic) != nil else {
            return topicFault(record).reason
        }
        guard !record.id.isEmpty, let known = find(record, hash: KeyHash.id(record.id)) else { return nil }
        return known.status == .duplicate ? nil : known.reason
    }

    /// The event with the same id, if it was stored within the window.
    @inline(__always)
    private mutating func find(_ record: RecordView, hash: UInt64) -> PublishRun? {
        var known: PublishRun?
        let index = dedup
        _ = index.candidates(hash) { offset in
            known = compare(record, with: offset)
            return known != nil
        }
        return known
    }

    private mutating func compare(_ record: RecordView, with offset: UInt64) -> PublishRun? {
        let comparison: Comparison?
        do throws(RecordDamage) {
            comparison = try withRecord(at: offset) { stored in
                guard stored.id.elementsEqual(record.id) else { return .other }
                return stored.bytes.elementsEqual(record.bytes) ? .same : .conflict
            }
        } catch {
            // Almost certainly a repetition; taken again it could be handed out twice.
            statistics.rejected += 1
            let sentence = "The event stored under this id at offset \(offset) cannot be compared. \(error.reason)"
            return PublishRun(status: .rejected, count: 1, offset: 0, reason: "journal.damaged: \(sentence)")
        }
        switch comparison {
        case .same:
            statistics.duplicates += 1
            return PublishRun(status: .duplicate, count: 1, offset: offset)
        case .conflict:
            statistics.conflicts += 1
            let sentence = "Another event with this id was stored at offset \(offset): an id must name one fact."
            return PublishRun(status: .conflict, count: 1, offset: offset, reason: "event.conflict: \(sentence)")
        case .other, nil:
            return nil
        }
    }

    @inline(__always)
    private func fault(of record: RecordView) -> Failure? {
        if record.rawKind != RecordKind.event.rawValue || record.flags != 0 {
            return Failure(code: "event.kind", message: "Only records of kind 1 are published.", retryable: false)
        }
        if record.bytes.count > limits.maxEventBytes {
            return Failure(
                code: "event.too_large",
                message: "\(record.bytes.count) bytes exceed max_event_bytes \(limits.maxEventBytes).",
                retryable: false)
        }
        if record.key.count > EventLimits.keyBytes || !record.key.isUTF8 {
            return Failure(code: "event.key", message: "A key is at most 512 bytes of UTF-8.", retryable: false)
        }
        if record.id.count > EventLimits.idBytes || !record.id.isUTF8 {
            return Failure(code: "event.id", message: "An id is at most 1,024 bytes of UTF-8.", retryable: false)
        }
        return nil
    }

    private func topicFault(_ record: RecordView) -> Failure {
        if record.topic.isReserved {
            let message = "Topics below 'map.' and 'sys.tap.' are the Broker's own."
            return Failure(code: "event.topic", message: message, retryable: false)
        }
        let message =
            topics.count >= limits.maxTopics
            ? "\(limits.maxTopics) topics exist already (max_topics)."
            : "A topic is 1…255 bytes of dot-separated tokens of letters, digits, - and _."
        return Failure(code: "event.topic", message: message, retryable: false)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether this topic is one that only the Broker writes: changes of maps, and what only the tap shows.
    @inline(__always)
    fileprivate var isReserved: Bool {
        switch first {
        case UInt8(ascii: "m"): starts(with: "map.".utf8)
        case UInt8(ascii: "s"): starts(with: "sys.tap.".utf8)
        default: false
        }
    }

    /// Whether this is text: almost always ASCII, which is decided eight bytes at a time.
    @inline(__always)
    fileprivate var isUTF8: Bool {
        var position = 0
        while position + 8 <= count,
            loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            position += 8
        }
        while position < count, self[position] < 0x80 { position += 1 }
        return position == count || String(validating: self, as: UTF8.self) != nil
    }
}

private enum Comparison { case same, conflict, other }

extension Failure {
    /// `code: sentence`, as results carry it.
    var reason: String { "\(code): \(message)" }
}

extension [PublishRun] {
    /// Adds a result, joined to the run before where it continues it.
    @inline(__always)
    mutating func add(_ run: PublishRun) {
        if run.status == .accepted, let last = indices.last, self[last].status == .accepted,
            self[last].offset + UInt64(self[last].count) == run.offset
        {
            self[last].count += 1
        } else {
            append(run)
        }
    }
}
