/// Body of `mapGet`: `u16 map length, u16 key length, map, key`.
public struct MapGetBody: Equatable, Sendable {
    public var map: String
    public var key: String

    public init(map: String, key: String) {
        self.map = map
        self.key = key
    }

    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        let mapLength = Int(reader.u16())
        let keyLength = Int(reader.u16())
        map = reader.text(mapLength)
        key = reader.text(keyLength)
        guard reader.isValid else { throw .truncated(what: "map get") }
    }

    /// Appends it.
    public func encode(into out: inout [UInt8]) {
        out.put(u16: UInt16(map.utf8.count))
        out.put(u16: UInt16(key.utf8.count))
        out.put(map)
        out.put(key)
    }
}

/// Body of `mapList`: `u16 map length, u16 prefix length, u16 after length, u16 limit, map, prefix, after`.
public struct MapListBody: Equatable, Sendable {
    public var map: String
    /// Only keys that start with it.
    public var prefix: String
    /// Only keys after this one, in byte order: the last key of the page before.
    public var after: String
    /// Entries at most: 1…1,000.
    public var limit: UInt16

    public init(map: String, prefix: String = "", after: String = "", limit: UInt16 = 1_000) {
        self.map = map
        self.prefix = prefix
        self.after = after
        self.limit = limit
    }

    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        let mapLength = Int(reader.u16())
        let prefixLength = Int(reader.u16())
        let afterLength = Int(reader.u16())
        limit = reader.u16()
        map = reader.text(mapLength)
        prefix = reader.text(prefixLength)
        after = reader.text(afterLength)
        guard reader.isValid else { throw .truncated(what: "map list") }
    }

    /// Appends it.
    public func encode(into out: inout [UInt8]) {
        out.put(u16: UInt16(map.utf8.count))
        out.put(u16: UInt16(prefix.utf8.count))
        out.put(u16: UInt16(after.utf8.count))
        out.put(u16: limit)
        out.put(map)
        out.put(prefix)
        out.put(after)
    }
}

/// One entry of a map.
public struct MapEntry: Equatable, Sendable {
    public var key: String
    public var value: [UInt8]
    /// Offset of the record that wrote it.
    public var revision: UInt64
    /// Nanoseconds since 1970; 0 never.
    public var expires: UInt64

    public init(key: String, value: [UInt8], revision: UInt64, expires: UInt64) {
        self.key = key
        self.value = value
        self.revision = revision
        self.expires = expires
    }
}

/// Body of `mapEntries` and `mapValue`: `u32 count, u32 1 = there are more`, then per entry
/// `u16 key length, u16 0, u32 value length, u64 revision, u64 expires, key, value`.
///
/// `mapValue` has one entry, or none when there is no such entry.
public enum MapEntriesBody {
    /// Appends a page.
    public static func encode(_ entries: some Collection<MapEntry>, hasMore: Bool, into out: inout [UInt8]) {
        out.put(u32: UInt32(entries.count))
        out.put(u32: hasMore ? 1 : 0)
        for entry in entries {
            out.put(u16: UInt16(entry.key.utf8.count))
            out.put(u16: 0)
            out.put(u32: UInt32(entry.value.count))
            out.put(u64: entry.revision)
            out.put(u64: entry.expires)
            out.put(entry.key)
            out.append(contentsOf: entry.value)
        }
    }

    /// Reads a page.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> (entries: [MapEntry], hasMore: Bool)
    {
        var reader = ByteReader(bytes)
        let count = Int(reader.u32())
        let hasMore = reader.u32() == 1
        guard count <= reader.remaining / 24 else { throw .truncated(what: "map entries") }
        var entries: [MapEntry] = []
        for _ in 0..<count {
            let keyLength = Int(reader.u16())
            reader.skip(2)
            let valueLength = Int(reader.u32())
            let revision = reader.u64()
            let expires = reader.u64()
            let key = reader.text(keyLength)
            let value = Array(reader.raw(valueLength))
            entries.append(MapEntry(key: key, value: value, revision: revision, expires: expires))
        }
        guard reader.isValid else { throw .truncated(what: "map entries") }
        return (entries, hasMore)
    }
}
