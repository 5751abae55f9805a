import Bus
import Events
import Wire

/// Which message is the copy of which: the map `sync-messages`, in both directions.
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

    /// The write for a copied message, for a transaction; none when nothing is to be remembered.
    func write(_ source: MessageSID, _ copy: MessageSID) -> MapWrite? {
        guard ttl > .zero else { return nil }
        let milliseconds = UInt64(ttl.components.seconds) * 1_000
        return MapWrite(.put, map: map.name, key: source.text, value: Array(copy.text.utf8), ttl: milliseconds)
    }
}
