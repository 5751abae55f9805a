/// The ids of the newest events, so that none is stored twice.
///
/// Holds only hashes: whoever finds a candidate looks at the record. A ring keeps ids in order of offset for
/// forgetting the oldest; an open-addressing table of ring places finds them. About 24 bytes an id.
struct DedupIndex {
    private struct Slot {
        var hash: UInt64
        var offset: UInt64
    }

    /// Ids that are remembered at most (`dedup_max_ids`).
    let limit: Int
    private var ring: [Slot] = []
    /// Ring place of the oldest id.
    private var oldest = 0
    private(set) var count = 0
    /// Ring place + 1, or 0 for free.
    ///
    /// Always a power of two, at most half full.
    private var table: [UInt32]

    init(limit: Int) {
        self.limit = limit
        table = Array(repeating: 0, count: 1_024)
    }

    /// Offset of the oldest id that is remembered: how far back duplicates are recognised.
    var reach: UInt64? { count == 0 ? nil : ring[oldest].offset }

    /// The offsets of events whose id has this hash, oldest first in practice one or none.
    func candidates(_ hash: UInt64, _ body: (UInt64) -> Bool) -> UInt64? {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while table[place] != 0 {
            let slot = ring[Int(table[place] - 1)]
            if slot.hash == hash, body(slot.offset) { return slot.offset }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Remembers an id; forgets the oldest when there are `limit`.
    mutating func insert(_ hash: UInt64, at offset: UInt64) {
        if count == limit { removeOldest() }
        if count == ring.count { grow() }
        let place = (oldest + count) % ring.count
        ring[place] = Slot(hash: hash, offset: offset)
        count += 1
        link(place)
    }

    /// Forgets ids of events before `offset`: they have left the window.
    mutating func forget(before offset: UInt64) {
        while count > 0, ring[oldest].offset < offset { removeOldest() }
    }

    private mutating func link(_ ringPlace: Int) {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: ring[ringPlace].hash) & mask
        while table[place] != 0 { place = (place + 1) & mask }
        table[place] = UInt32(ringPlace + 1)
    }

    /// Doubles the ring, the oldest id first, and the table with it.
    private mutating func grow() {
        let size = min(limit, max(1_024, ring.count * 2))
        var larger = Array(ring[oldest...] + ring[..<oldest])
        larger.append(contentsOf: repeatElement(Slot(hash: 0, offset: 0), count: size - larger.count))
        ring = larger
        oldest = 0
        var slots = table.count
        while slots < size * 2 { slots *= 2 }
        rebuild(slots: slots)
    }

    private mutating func rebuild(slots: Int) {
        table = Array(repeating: 0, count: slots)
        for step in 0..<count { link((oldest + step) % ring.count) }
    }

    /// Removes the oldest id and closes the gap in its probe sequence (backward-shift deletion).
    private mutating func removeOldest() {
        let mask = table.count - 1
        var hole = Int(truncatingIfNeeded: ring[oldest].hash) & mask
        while table[hole] != UInt32(oldest + 1) { hole = (hole + 1) & mask }
        var place = (hole + 1) & mask
        while table[place] != 0 {
            let home = Int(truncatingIfNeeded: ring[Int(table[place] - 1)].hash) & mask
            if (place &- home) & mask >= (place &- hole) & mask {
                table[hole] = table[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        table[hole] = 0
        oldest = (oldest + 1) % ring.count
        count -= 1
    }
}
