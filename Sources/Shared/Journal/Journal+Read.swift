internal import Glibc
internal import Wire

/// Reading.
extension Journal {
    /// The lowest offset that can be read.
    public var firstOffset: UInt64 { sealed.first?.base ?? active.summary.base }

    /// Reads whole batches from the one that holds `offset` on, or from the next one where offsets were skipped.
    ///
    /// - Parameters:
    ///   - offset: Where to start, at most ``syncedEnd``.
    ///   - maxBytes: Limit of the slice; a single larger batch is returned all the same.
    /// - Returns: Batches of one segment, up to damage; empty only when nothing is synced from `offset` on.
    /// - Throws: ``JournalError/trimmed(first:)``, ``JournalError/beyondEnd(offset:end:)``, or
    ///   ``JournalError/damaged(file:byte:reason:)`` when the first batch is not what was written: such bytes are never
    ///   returned.
    public func read(from offset: UInt64, maxBytes: Int) throws(JournalError) -> JournalSlice {
        try checkUsable()
        guard offset <= end else { throw .beyondEnd(offset: offset, end: end) }
        guard offset >= firstOffset || firstOffset == Journal.originOffset else { throw .trimmed(first: firstOffset) }
        let place = sealed.partitioningIndex { $0.end > offset }
        if place < sealed.count { return try readSealed(sealed[place], from: offset, maxBytes) }
        return try read(activePart, from: offset, maxBytes)
            ?? JournalSlice(bytes: [], firstOffset: offset, nextOffset: offset)
    }

    private func readSealed(
        _ summary: SegmentSummary, from offset: UInt64, _ maxBytes: Int
    ) throws(JournalError) -> JournalSlice {
        func attempt() throws(JournalError) -> JournalSlice {
            let part = try sealedPart(summary)
            guard let slice = try read(part, from: offset, maxBytes) else { throw damage(part.segment, part.limit) }
            return slice
        }
        do throws(JournalError) {
            return try attempt()
        } catch {
            // The next read looks at the disk again: what is wrong may have been mended.
            guard let open = cache.segment(summary.base) else { throw error }
            open.file.forgetPages()
            guard !open.file.hasItsName else { throw error }
            // Another file has taken its place since it was opened.
            cache.remove(summary.base)
            return try attempt()
        }
    }

    private func read(
        _ part: ReadablePart, from offset: UInt64, _ maxBytes: Int
    ) throws(JournalError) -> JournalSlice? {
        let (segment, limit) = (part.segment, part.limit)
        let base = segment.summary.base
        var found = hints.position(of: offset, in: base)
        if found == nil { found = try locate(part) { $0.endOffset > offset }?.position }
        guard let start = found, start < limit else { return nil }
        var wanted = min(max(maxBytes, BatchHeader.byteCount), limit - start)
        while true {
            var bytes = try segment.file.read(wanted, at: start)
            let checked = try check(bytes, segment, at: start, limit: limit)
            guard let first = checked.first else {
                guard bytes.count == wanted else {
                    throw .damaged(
                        file: segment.file.path, byte: UInt64(start + bytes.count), reason: "the file ends here")
                }
                guard checked.needed > wanted else { return nil }
                wanted = checked.needed
                continue
            }
            // Only below the segment are there offsets that no batch has.
            guard first <= max(offset, base) else { throw damage(segment, start) }
            bytes.removeLast(bytes.count - checked.count)
            hints.note(checked.next, in: base, at: start + checked.count, after: offset)
            return JournalSlice(bytes: bytes, firstOffset: first, nextOffset: checked.next)
        }
    }

    /// How much of a piece of a segment is whole batches, checked.
    private struct CheckedBytes {
        var count = 0
        var first: UInt64?
        var next: UInt64 = 0
        /// Bytes of the first batch when it does not fit.
        var needed = 0
    }

    private func check(
        _ bytes: [UInt8], _ segment: OpenSegment, at start: Int, limit: Int
    ) throws(JournalError) -> CheckedBytes {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JournalError) in
                var checked = CheckedBytes()
                while checked.count < bytes.count {
                    let rest = bytes.slice(checked.count, bytes.count - checked.count)
                    let position = start + checked.count
                    // What is intact before damage is read first.
                    func stop() throws(JournalError) {
                        if checked.first == nil { throw damage(segment, position) }
                    }
                    guard rest.count >= BatchHeader.byteCount else {
                        if limit - position < BatchHeader.byteCount { try stop() }
                        break
                    }
                    guard let header = BatchHeader(rest), header.totalBytes <= limit - position else {
                        try stop()
                        break
                    }
                    guard header.totalBytes <= rest.count else {
                        if checked.first == nil { checked.needed = header.totalBytes }
                        break
                    }
                    guard BatchHeader.isIntact(rest), header.journalID == id, header.epoch == segment.summary.epoch,
                        checked.first == nil || header.baseOffset == checked.next
                    else {
                        try stop()
                        break
                    }
                    // The footer of a clean close is not for readers.
                    guard header.count > 0 else { break }
                    if checked.first == nil { checked.first = header.baseOffset }
                    checked.count += header.totalBytes
                    checked.next = header.endOffset
                }
                return checked
            }
        }
        return try result.get()
    }

    /// Where reading may go on behind damage that a read at `offset` met.
    ///
    /// - Returns: The next batch that the index of the segment names, else the end of the segment.
    public func offset(behind error: JournalError, readingAt offset: UInt64) -> UInt64 {
        let place = sealed.partitioningIndex { $0.end > offset }
        guard place < sealed.count else {
            let byte = error.damagedByte ?? active.syncedBytes
            return active.index.first { $0.position > byte && $0.offset > offset }?.offset ?? syncedEnd
        }
        let summary = sealed[place]
        guard let byte = error.damagedByte, let sidecar = Sidecar(files.sidecar(summary.base)),
            sidecar.summary == summary, let index = sidecar.index()
        else { return summary.end }
        return index.first { $0.position > byte && $0.offset > offset }?.offset ?? summary.end
    }

    /// The offset of the first record that was appended at `time` (ns since 1970) or later, ``syncedEnd`` if there is none.
    ///
    /// - Throws: ``JournalError/damaged(file:byte:reason:)`` or an error of the system.
    public func offset(atOrAfter time: UInt64) throws(JournalError) -> UInt64 {
        try checkUsable()
        let place = sealed.partitioningIndex { $0.lastTime >= time }
        let part = place < sealed.count ? try sealedPart(sealed[place]) : activePart
        guard let found = try locate(part, { $0.time >= time }) else {
            guard place == sealed.count else { throw damage(part.segment, part.limit) }
            return syncedEnd
        }
        // Times have gaps: only the checksums tell that the batch before is an earlier one, and this one is not.
        for position in [found.previous, found.position] {
            if let position, try !isIntact(part, at: position) { throw damage(part.segment, position) }
        }
        let bytes = try part.segment.file.read(BatchHeader.byteCount, at: found.position)
        return bytes.withUnsafeBytes { BatchHeader($0)?.baseOffset } ?? syncedEnd
    }

    /// Opens a sealed segment with its index, from the sidecar or, where that does not fit, by scanning.
    func openSegment(_ summary: SegmentSummary) throws(JournalError) -> OpenSegment {
        if let open = cache.segment(summary.base) { return open }
        let file = try File(files.segment(summary.base), O_RDONLY)
        // Without an index (the segment is damaged, or the disk full) what is there is found by walking.
        let index = (try? withSidecar(summary) { $0.index() }) ?? []
        let open = OpenSegment(file: file, summary: summary, index: index)
        cache.insert(open)
        return open
    }

    /// Reads from a segment's sidecar; one that does not fit is made anew, once.
    func withSidecar<T>(_ summary: SegmentSummary, _ body: (Sidecar) -> T?) throws(JournalError) -> T {
        func attempt() -> T? {
            guard let sidecar = Sidecar(files.sidecar(summary.base)), sidecar.summary == summary else { return nil }
            return body(sidecar)
        }
        if let value = attempt() { return value }
        background.drain()
        if let value = attempt() { return value }
        try Sidecar.build(files, base: summary.base)
        if let value = attempt() { return value }
        throw .damaged(
            file: files.segment(summary.base), byte: 0, reason: "it is not the segment that was found at the start")
    }

    /// Calls `body` with the hash (``KeyHash/id(_:)``) and offset of each event that has an id, in order of offsets.
    ///
    /// Covers the segments that were sealed, all of earlier runs among them; not what this run appended since. Of a
    /// damaged segment without its sidecar it gives what lies before the damage.
    ///
    /// - Throws: An error of the system, or ``JournalError/failed(cause:)`` after an earlier failure.
    public func forEachID(
        from offset: UInt64, _ body: (_ hash: UInt64, _ offset: UInt64) -> Void
    ) throws(JournalError) {
        try checkUsable()
        for summary in sealed where summary.end > offset {
            do throws(JournalError) {
                try withSidecar(summary) { $0.forEachID(from: offset, body) ? () : nil }
            } catch .damaged {
                try intactContent(summary).forEachID(base: summary.base, from: offset, body)
            }
        }
    }

    /// What lies before the damage of a segment that can have no sidecar.
    private func intactContent(_ summary: SegmentSummary) throws(JournalError) -> SegmentContent {
        let file = try File(files.segment(summary.base), O_RDONLY)
        do throws(JournalError) {
            let scanner = try SegmentScanner(file, base: summary.base, limit: file.size(), collects: true)
            try scanner.finish()
            return scanner.content
        } catch .damaged {
            return SegmentContent()
        }
    }

    /// The last offset of each topic, with the coverage of ``forEachID(from:_:)``.
    ///
    /// - Throws: An error of the system, or ``JournalError/failed(cause:)`` after an earlier failure.
    public func topics() throws(JournalError) -> [String: UInt64] {
        try checkUsable()
        var topics: [String: UInt64] = [:]
        for summary in sealed {
            do throws(JournalError) {
                for topic in try withSidecar(summary, { $0.topics() }) { topics[topic.name] = topic.offset }
            } catch .damaged {
                for (name, offset) in try intactContent(summary).topics {
                    topics[String(decoding: name, as: UTF8.self)] = offset
                }
            }
        }
        return topics
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element `matches`, where that holds for all later ones too; by bisection.
    func partitioningIndex(_ matches: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if matches(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension JournalError {
    /// The byte of a file that is not what was written.
    fileprivate var damagedByte: Int? {
        if case .damaged(_, let byte, _) = self { Int(exactly: byte) } else { nil }
    }
}
