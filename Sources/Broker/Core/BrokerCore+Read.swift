import Events
import Wire

/// Reading without a group.
extension BrokerCore {
    /// Bytes that one filtered read looks at; the answer's `next` says where it stopped.
    static var bytesPerRead: Int { 4 << 20 }
    /// Raw reads of one session that wait for their turn.
    static var rawReadsPerSession: Int { 16 }

    mutating func read(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session
    ) throws(WireError) {
        let request = try ControlJSON.decode(ReadRequest.self, from: body)
        if let failure = fault(of: request) {
            fail(session, ref: header.ref, failure)
            return
        }
        let start = request.offset ?? request.time.map { offset(atOrAfter: $0) } ?? firstOffset
        guard start >= firstOffset || start == 0 else {
            fail(
                session, ref: header.ref, "journal.trimmed",
                "Offset \(start) is not kept any more, the first is \(firstOffset).")
            return
        }
        guard start <= durableEnd else {
            let message = "Offset \(start) is beyond the end, \(durableEnd): a cursor of another journal?"
            fail(session, ref: header.ref, "journal.beyond_end", message)
            return
        }
        let from = max(start, firstOffset)
        if request.raw {
            guard rawReads.count(where: { $0.session.id == session.id }) < BrokerCore.rawReadsPerSession else {
                let message = "\(BrokerCore.rawReadsPerSession) raw reads of this session wait already."
                fail(session, ref: header.ref, "read.range", message, retryable: true)
                return
            }
            rawReads.append(.init(session: session, ref: header.ref, offset: from, maxBytes: request.maxBytes))
        } else {
            do throws(RecordDamage) {
                answerNow(session, .records, ref: header.ref, body: try matching(request, from: from))
            } catch {
                fail(session, ref: header.ref, error.failure)
            }
        }
    }

    private func fault(of request: ReadRequest) -> Failure? {
        func failure(_ message: String) -> Failure {
            Failure(code: "read.range", message: message, retryable: false)
        }
        if !(1...10_000).contains(request.limit) { return failure("limit is \(request.limit), allowed are 1…10000.") }
        if !(1...limits.maxFrameBytes).contains(request.maxBytes) {
            return failure("max_bytes is \(request.maxBytes), allowed are 1…\(limits.maxFrameBytes).")
        }
        if request.raw, !request.filters.isEmpty || request.key != nil {
            return failure("A raw read takes neither filters nor a key.")
        }
        if let bad = request.filters.first(where: { (try? TopicFilter($0)) == nil }) {
            return failure("'\(bad)' is not a topic filter.")
        }
        return nil
    }

    /// Body of a `records` answer.
    ///
    /// - Throws: ``RecordDamage`` when the first batch cannot be read; a later one ends the answer before it.
    private mutating func matching(_ request: ReadRequest, from: UInt64) throws(RecordDamage) -> [UInt8] {
        let filters = request.filters.isEmpty ? [TopicFilter.all] : request.filters.compactMap { try? TopicFilter($0) }
        let keyHash = request.key.map { key in Array(key.utf8).withUnsafeBytes { KeyHash.key($0) } }
        var out: [UInt8] = []
        out.append(contentsOf: repeatElement(0, count: RecordsBody.headerBytes))
        var next = from
        var count: UInt32 = 0
        var scanned = 0
        reading: while next < durableEnd, scanned < BrokerCore.bytesPerRead {
            let found: StoredBatch?
            do throws(RecordDamage) {
                found = try source.batch(atOrAfter: next)
            } catch {
                guard next > from else { throw error }
                break
            }
            guard let batch = found else {
                next = durableEnd
                break
            }
            scanned += batch.bytes.count
            next = max(next, batch.base)
            while next < batch.end {
                let index = batch.index[Int(next - batch.base)]
                if index.topic != TopicTable.none, keyHash == nil || keyHash == index.keyHash {
                    if count >= request.limit || (count > 0 && out.count >= request.maxBytes) { break reading }
                    if append(next, of: batch, filters: filters, key: request.key, to: &out) { count += 1 }
                }
                next += 1
            }
        }
        out.set(u64: next, at: 0)
        out.set(u64: durableEnd, at: 8)
        out.set(u32: count, at: 16)
        return out
    }

    private func append(
        _ offset: UInt64, of batch: StoredBatch, filters: [TopicFilter], key: String?, to out: inout [UInt8]
    ) -> Bool {
        batch.withRecord(at: offset) { record in
            guard filters.contains(where: { $0.matches(record.topic) }),
                key.map({ record.key.elementsEqual($0.utf8) }) ?? true
            else { return false }
            out.put(u64: offset)
            out.put(u64: batch.time)
            out.append(contentsOf: record.bytes)
            return true
        }
    }
}

/// A raw read that the owner answers from the log: the core does not see batches' headers.
struct RawRead {
    var session: Session
    var ref: UInt64
    var offset: UInt64
    var maxBytes: Int
}
