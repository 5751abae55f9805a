/// Reads of big-endian integers at any alignment; every integer on the wire and on disk is big-endian.
///
/// Offsets are the caller's to check: each accessor traps past the end, it never reads there.
extension UnsafeRawBufferPointer {
    /// The byte at `offset`.
    @inlinable public func u8(at offset: Int) -> UInt8 { self[offset] }

    /// The 16-bit integer at `offset`.
    @inlinable public func u16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32-bit integer at `offset`.
    @inlinable public func u32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The 64-bit integer at `offset`.
    @inlinable public func u64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The `count` bytes from `offset` on, without copying.
    @inlinable public func slice(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
        precondition(offset >= 0 && count >= 0 && offset + count <= self.count, "slice outside of the buffer")
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + count])
    }
}

/// Appends of big-endian integers and raw bytes.
extension [UInt8] {
    /// Appends one byte string.
    @inlinable public mutating func put(_ bytes: UnsafeRawBufferPointer) { append(contentsOf: bytes) }

    /// Appends the UTF-8 of `text`.
    @inlinable public mutating func put(_ text: String) { append(contentsOf: text.utf8) }

    /// Appends a byte.
    @inlinable public mutating func put(u8 value: UInt8) { append(value) }

    /// Appends a 16-bit integer.
    @inlinable public mutating func put(u16 value: UInt16) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a 32-bit integer.
    @inlinable public mutating func put(u32 value: UInt32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a 64-bit integer.
    @inlinable public mutating func put(u64 value: UInt64) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Overwrites the 32-bit integer at `offset`, for lengths and counts known only afterwards.
    @inlinable public mutating func set(u32 value: UInt32, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self) }
    }

    /// Overwrites the 64-bit integer at `offset`.
    @inlinable public mutating func set(u64 value: UInt64, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self) }
    }
}
