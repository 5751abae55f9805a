public import CPlatform

/// Stable 64-bit hashes (SipHash-1-3) of ids and ordering keys, the same in every process and on every machine.
public enum KeyHash {
    /// Hash of an ordering key.
    ///
    /// Two keys that collide share their order, nothing else.
    @inlinable public static func key(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        cplatform_siphash13(0x7061_7463_6862_6179, 0x6F72_6465_7269_6E67, bytes.baseAddress, bytes.count)
    }

    /// Hash of a deduplication id; an equal hash is only a hint, the record decides.
    @inlinable public static func id(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        cplatform_siphash13(0x7061_7463_6862_6179, 0x6465_6475_706C_6963, bytes.baseAddress, bytes.count)
    }
}
