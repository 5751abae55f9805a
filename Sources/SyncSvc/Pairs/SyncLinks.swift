import Bus
import Events
import Wire

/// Which pair a conversation belongs to: the map `sync-links`.
///
/// A link never changes once it is written, so those that were seen are kept in memory.
final class SyncLinks: Sendable {
    /// Links kept in memory, at most twice as many.
    static let cacheLimit = 50_000

    private let map: BusMap
    private let cache = BoundedCache<ConversationSID>(limit: cacheLimit)

    init(_ map: BusMap) { self.map = map }

    /// The pair of a conversation; nil: it has none.
    func pair(of conversation: ConversationSID) async throws(BusError) -> ConversationSID? {
        if let pair = cache[conversation.text] { return pair }
        guard let entry = try await map.get(conversation.text),
            let pair = try? ConversationSID(String(decoding: entry.value, as: UTF8.self))
        else { return nil }
        cache[conversation.text] = pair
        return pair
    }

    /// The write that has a link expire with its pair, for the transaction that ends it.
    func expire(_ conversation: ConversationSID, of pair: ConversationSID) -> MapWrite {
        MapWrite(
            .put, map: map.name, key: conversation.text, value: Array(pair.text.utf8), ttl: SyncPairs.endedMemory)
    }

    /// The write that links a conversation, for a transaction; only if it has no link.
    func write(_ conversation: ConversationSID, to pair: ConversationSID) -> MapWrite {
        MapWrite(
            .put, map: map.name, key: conversation.text, value: Array(pair.text.utf8), expectedRevision: 0)
    }
}
