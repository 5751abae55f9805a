internal import Wire

/// Finding batches in a segment.
extension Journal {
    /// The batches of one segment that readers may see.
    struct ReadablePart {
        var segment: OpenSegment
        /// Where they end in the file, a footer included.
        var limit: Int
        /// The offset after the last record.
        var end: UInt64
    }

    var activePart: ReadablePart {
        ReadablePart(
            segment: OpenSegment(file: active.file, summary: active.summary, index: active.index),
            limit: active.syncedBytes, end: syncedEnd)
    }

    func sealedPart(_ summary: SegmentSummary) throws(JournalError) -> ReadablePart {
        ReadablePart(segment: try openSegment(summary), limit: summary.byteCount, end: summary.end)
    }

    /// Where ``locate(_:_:)`` found a batch.
    struct Location {
        var position: Int
        /// Where the batch before it is, when the walk came over it.
        var previous: Int?
    }

    /// The first batch with records that `matches`, where that holds for all later ones too.
    ///
    /// The headers on the way are not checked by their checksums, which would take reading everything. Each must begin
    /// at the offset where the one before it ends, and the last where the part ends: damage to a header cannot hide a
    /// batch.
    func locate(_ part: ReadablePart, _ matches: (BatchHeader) -> Bool) throws(JournalError) -> Location? {
        let segment = part.segment
        // The entry before the first that matches: the batches between entries are only known to the file.
        let entry = segment.index.partitioningIndex { entry in
            matches(
                BatchHeader(
                    journalID: id, epoch: 0, baseOffset: entry.offset, count: 0, length: 0, syncedThrough: 0,
                    time: entry.time))
        }
        var position = entry == 0 ? BatchHeader.byteCount : segment.index[entry - 1].position
        var expected = entry == 0 ? segment.summary.base : segment.index[entry - 1].offset
        var previous: Int?
        let window = FileWindow(segment.file, limit: part.limit, pieceBytes: IndexEntry.spacing + FileWindow.alignment)
        while position < part.limit {
            guard let header = BatchHeader(try window.bytes(at: position, count: BatchHeader.byteCount)),
                header.epoch == segment.summary.epoch, header.journalID == id, header.baseOffset == expected
            else { throw try damage(part, at: position, behind: previous) }
            if header.count > 0 && matches(header) { return Location(position: position, previous: previous) }
            previous = position
            position += header.totalBytes
            expected = header.endOffset
        }
        guard position == part.limit, expected == part.end else {
            throw try damage(part, at: part.limit, behind: previous)
        }
        return nil
    }

    /// Damage that shows at `position`: in the batch before it, when that is not what was written.
    private func damage(_ part: ReadablePart, at position: Int, behind previous: Int?) throws(JournalError)
        -> JournalError
    {
        guard let previous, try !isIntact(part, at: previous) else { return damage(part.segment, position) }
        return damage(part.segment, previous)
    }

    func isIntact(_ part: ReadablePart, at position: Int) throws(JournalError) -> Bool {
        let window = FileWindow(part.segment.file, limit: part.limit, pieceBytes: FileWindow.alignment)
        guard let header = BatchHeader(try window.bytes(at: position, count: BatchHeader.byteCount)),
            header.totalBytes <= part.limit - position
        else { return false }
        return BatchHeader.isIntact(try window.bytes(at: position, count: header.totalBytes))
    }

    func damage(_ segment: OpenSegment, _ position: Int) -> JournalError {
        .damaged(file: segment.file.path, byte: UInt64(position), reason: "the batch there is not what was written")
    }
}
