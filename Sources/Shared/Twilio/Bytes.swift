#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Comparisons on raw bytes, in the order of unsigned bytes, shorter first.
enum Bytes {
    /// Negative, zero or positive, as `memcmp`, with the length as the tie-break.
    static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let first = left.baseAddress, let second = right.baseAddress {
            let order = memcmp(first, second, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    /// Compares two ranges of one buffer.
    @inline(__always)
    static func compare(_ base: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>) -> Int {
        compare(UnsafeRawBufferPointer(rebasing: base[left]), UnsafeRawBufferPointer(rebasing: base[right]))
    }

    /// The first eight bytes as a big-endian number, missing ones zero: sorts as the bytes do.
    @inline(__always)
    static func prefix(_ base: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        if range.lowerBound + 8 <= base.count {
            let word = UInt64(bigEndian: base.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self))
            guard range.count < 8 else { return word }
            return range.isEmpty ? 0 : word & ~(UInt64.max >> UInt64(range.count * 8))
        }
        var word: UInt64 = 0
        for offset in 0..<8 {
            word = word << 8 | (offset < range.count ? UInt64(base[range.lowerBound + offset]) : 0)
        }
        return word
    }
}
