internal import Synchronization

/// Space.
extension Journal {
    /// Bytes of all segments.
    public var sizeBytes: UInt64 { sealed.reduce(UInt64(active.position)) { $0 + UInt64($1.byteCount) } }

    /// How many segments there are, the active one among them.
    public var segmentCount: Int { sealed.count + 1 }

    /// Whether a file is one of the journal's segments, and was not removed by retention.
    public func keeps(_ path: String) -> Bool {
        path == active.file.path || sealed.contains { files.segment($0.base) == path }
    }

    /// How many records there are from `offset` on: gaps between offsets do not count.
    public func recordCount(from offset: UInt64) -> UInt64 {
        let place = sealed.partitioningIndex { $0.end > offset }
        return sealed[place...].reduce(active.summary.end - min(active.summary.end, max(active.summary.base, offset))) {
            $0 + $1.end - max($1.base, offset)
        }
    }

    /// Bytes that the file system still takes, nil when it does not tell.
    public func freeBytes() -> UInt64? { options.device.freeBytes(of: directory) }

    /// Whether less is free than ``JournalOptions/floorFreeBytes``.
    public func isAtFloor() -> Bool {
        guard let free = freeBytes() else { return false }
        return free < options.floorFreeBytes
    }

    /// The offset below which age, size or the floor of free bytes would have segments removed, nil when none is due.
    ///
    /// The owner lowers it to what its consumers have settled and calls ``trim(before:)``.
    ///
    /// - Parameter now: Journal time, ns since 1970.
    /// - Returns: The end of the newest segment that is due.
    public func retentionCandidate(now: UInt64) -> UInt64? {
        let retention = options.retention
        var size = sizeBytes
        var free = freeBytes() ?? UInt64.max
        var candidate: UInt64?
        for segment in sealed {
            let isOld = retention.maxAge.map { age in segment.lastTime < now && now - segment.lastTime > age.nanoseconds
            }
            let isOver = retention.maxBytes.map { size > $0 }
            guard isOld == true || isOver == true || free < options.floorFreeBytes else { break }
            candidate = segment.end
            size -= UInt64(segment.byteCount)
            free += UInt64(segment.byteCount)
        }
        return candidate
    }

    /// Removes the sealed segments that lie entirely below `offset`; the rest of a segment keeps it whole.
    ///
    /// They are gone for readers at once, their files shortly after, oldest first, so that a crash leaves no hole.
    ///
    /// - Throws: ``JournalError/failed(cause:)`` after an earlier failure.
    public func trim(before offset: UInt64) throws(JournalError) {
        try checkUsable()
        let count = sealed.partitioningIndex { $0.end > offset }
        guard count > 0 else { return }
        let removed = sealed.prefix(count).map(\.base)
        sealed.removeFirst(count)
        for base in removed { cache.remove(base) }
        trimmed.offset.store(firstOffset, ordering: .sequentiallyConsistent)
        let files = files
        background.submit { () throws(JournalError) in
            for base in removed {
                try Posix.remove(files.sidecar(base))
                try Posix.remove(files.segment(base))
                try Posix.syncDirectory(files.directory)
            }
        }
    }
}

extension Duration {
    /// Whole nanoseconds; none for a negative duration, the largest number for more than 584 years.
    fileprivate var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole + UInt64(attoseconds / 1_000_000_000)
    }
}
