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
    /// Ring place + 1 with the highest bits of the hash above it, or 0 for free.
    ///
    /// Always a power of two, at most half full. The bits of the hash spare most looks at ids that only lie in the way.
    private var table: [UInt32]
    /// Keeps ``warm(_:)`` from being optimised away.
    private var touched: UInt32 = 0

    /// Bits of a ring place + 1: more than the largest `dedup_max_ids` needs.
    private static let placeBits: UInt32 = 27
    private static let placeMask: UInt32 = 1 << placeBits - 1

    init(limit: Int) {
        precondition(limit < DedupIndex.placeMask, "a ring place fits")
        self.limit = limit
        table = Array(repeating: 0, count: 1_024)
    }

    /// Offset of the oldest id that is remembered: how far back duplicates are recognised.
    var reach: UInt64? { count == 0 ? nil : ring[oldest].offset }

    @inline(__always)
    private static func entry(_ ringPlace: Int, _ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: ringPlace + 1) | tag(hash)
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash >> 32) & ~placeMask
    }

    @inline(__always)
    private static func ringPlace(_ entry: UInt32) -> Int { Int(entry & placeMask) - 1 }

    /// Has the memory at hand that looking these hashes up, and inserting them, will touch.
    ///
    /// The table does not fit the processor's caches: one after the other each look would wait for the memory, all
    /// together they wait once.
    mutating func warm(_ hashes: [UInt64]) {
        let mask = table.count - 1
        for hash in hashes { touched |= table[Int(truncatingIfNeeded: hash) & mask] }
        warmOldest(min(count, count + hashes.count - limit))
    }

    /// The same for the `number` oldest ids, which go.
    private mutating func warmOldest(_ number: Int) {
        guard number > 0 else { return }
        let mask = table.count - 1
        var place = oldest
        for _ in 0..<number {
            touched |= table[Int(truncatingIfNeeded: ring[place].hash) & mask]
            place = place + 1 == ring.count ? 0 : place + 1
        }
        // What stands behind each is looked at to close the gap.
        place = oldest
        for _ in 0..<number {
            let follower = table[Int(truncatingIfNeeded: ring[place].hash &+ 1) & mask]
            if follower != 0 { touched |= UInt32(truncatingIfNeeded: ring[DedupIndex.ringPlace(follower)].hash) }
            place = place + 1 == ring.count ? 0 : place + 1
        }
    }

    /// The offsets of events whose id has this hash, oldest first in practice one or none.
    func candidates(_ hash: UInt64, _ body: (UInt64) -> Bool) -> UInt64? {
        let mask = table.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        let tag = DedupIndex.tag(hash)
        while table[place] != 0 {
            let entry = table[place]
            place = (place + 1) & mask
            guard entry & ~DedupIndex.placeMask == tag else { continue }
            let slot = ring[DedupIndex.ringPlace(entry)]
            if slot.hash == hash, body(slot.offset) { return slot.offset }
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
        let hash = ring[ringPlace].hash
        var place = Int(truncatingIfNeeded: hash) & mask
        while table[place] != 0 { place = (place + 1) & mask }
        table[place] = DedupIndex.entry(ringPlace, hash)
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
        let entry = DedupIndex.entry(oldest, ring[oldest].hash)
        var hole = Int(truncatingIfNeeded: ring[oldest].hash) & mask
        while table[hole] != entry { hole = (hole + 1) & mask }
        var place = (hole + 1) & mask
        while table[place] != 0 {
            let home = Int(truncatingIfNeeded: ring[DedupIndex.ringPlace(table[place])].hash) & mask
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
