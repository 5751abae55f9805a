import Bus
import Events
import Wire

/// Which message is the copy of which: the map `sync-messages`, in both directions.
///
/// Beside them stands where the parts of a copy with several files begin, while they are being written.
///
/// Entries expire, because nothing bounds how many messages there will be. The tag in the copy's attributes is the
/// lasting truth; whoever misses an entry looks for the tag.
struct MirroredMessages: Sendable {
    private let map: BusMap
    private let ttl: Duration

    init(_ map: BusMap, ttl: Duration) {
        self.map = map
        self.ttl = ttl
    }

    /// The message on the other side; nil when it is not remembered.
    func counterpart(of message: MessageSID) async throws(BusError) -> MessageSID? {
        guard ttl > .zero, let entry = try await map.get(message.text) else { return nil }
        return try? MessageSID(String(decoding: entry.value, as: UTF8.self))
    }

    /// How long it is remembered where the parts of a copy begin; then the copy has long been written.
    static let partsMemory: Duration = .seconds(24 * 3_600)

    /// The index above which parts of the copy of a message stand; `last`, which is remembered, when there are none yet.
    func partsFloor(
        of message: MessageSID, last: () async throws -> Int
    ) async throws -> (index: Int, isNew: Bool) {
        let key = "parts/\(message.text)"
        if let entry = try await map.get(key), let index = Int(String(decoding: entry.value, as: UTF8.self)) {
            return (index, false)
        }
        let index = try await last()
        _ = try await map.put(key, Array("\(index)".utf8), expecting: 0, ttl: Self.partsMemory)
        return (index, true)
    }

    /// The write for a copied message, for a transaction; none when nothing is to be remembered.
    func write(_ source: MessageSID, _ copy: MessageSID) -> MapWrite? {
        guard ttl > .zero else { return nil }
        let milliseconds = UInt64(ttl.components.seconds) * 1_000
        return MapWrite(.put, map: map.name, key: source.text, value: Array(copy.text.utf8), ttl: milliseconds)
    }
}
