public import Events

/// The maps of one service of the provider's Sync (v1).
///
/// The provider takes 20 writes and 20 reads a second of one map, for 10 s more of them at once, fewer of large items (2 a
/// second of 10 KiB), and answers 429 beyond. Calls of one client keep to that: what is too much waits, within its time.
public struct SyncService: Sendable {
    let client: TwilioClient
    public let sid: ChatServiceSID

    private static let maps = "/v1/Services/{service}/Maps"
    private static let map = "/v1/Services/{service}/Maps/{map}"
    private static let items = "/v1/Services/{service}/Maps/{map}/Items"
    private static let item = "/v1/Services/{service}/Maps/{map}/Items/{key}"

    /// What the provider allows of one object, each of reads and writes.
    static let perSecond = 20
    static let burst = 10 * perSecond
    /// Bytes of an item that count as one write; ten times as much and more count as ten.
    static let writeBytes = 1_024

    private func reading(_ map: String) -> CallRate {
        CallRate(key: "sync read \(sid.text) \(map)", perSecond: Self.perSecond, burst: Self.burst, cost: 1)
    }

    private func writing(_ map: String, _ bytes: Int = 0) -> CallRate {
        CallRate(
            key: "sync write \(sid.text) \(map)", perSecond: Self.perSecond, burst: Self.burst,
            cost: Self.cost(ofBytes: bytes))
    }

    /// What a write of so many bytes counts for.
    static func cost(ofBytes bytes: Int) -> Int { max(1, min(10, (bytes + writeBytes - 1) / writeBytes)) }

    /// Makes a map; with a unique name, a repeat after an unknown outcome ends in ``TwilioError/isConflict``.
    public func createMap(uniqueName: String? = nil) async throws(TwilioError) -> SyncMap {
        try await client.perform(
            .post(
                .sync, Self.maps, sid.text, form: .with { $0.add("UniqueName", uniqueName) },
                rule: uniqueName == nil ? .once : .idempotent))
    }

    /// A map by SID or unique name; nil when there is none.
    public func findMap(_ map: String) async throws(TwilioError) -> SyncMap? {
        try await client.find(.get(.sync, Self.map, sid.text, map))
    }

    /// The service's maps.
    public func maps(pageSize: Int = 100) -> Pages<SyncMap> {
        client.pages(.get(.sync, Self.maps, sid.text, query: .with { $0.add("PageSize", pageSize) }), key: "maps")
    }

    /// Removes a map with its items; false when it was not there.
    public func deleteMap(_ map: String) async throws(TwilioError) -> Bool {
        try await client.delete(.delete(.sync, Self.map, sid.text, map))
    }

    /// Adds an item; a key that is there, or a repeat after an unknown outcome, ends in ``TwilioError/isConflict``.
    ///
    /// - Parameters:
    ///   - map: SID or unique name.
    ///   - key: 320 characters at most.
    ///   - data: 16 KiB of JSON at most.
    ///   - ttlSeconds: How long it lives; nil for ever.
    /// - Returns: The item.
    /// - Throws: ``TwilioError``.
    public func createItem(
        _ map: String, key: String, data: JSONObject, ttlSeconds: Int? = nil
    ) async throws(TwilioError) -> SyncMapItem {
        let form = Form.with {
            $0.add("Key", key)
            $0.add("Data", data)
            $0.add("ItemTtl", ttlSeconds)
        }
        return try await client.perform(
            .post(.sync, Self.items, sid.text, map, form: form, rule: .idempotent)
                .within(writing(map, form.bytes.count)))
    }

    /// Nil when there is no such item.
    public func findItem(_ map: String, key: String) async throws(TwilioError) -> SyncMapItem? {
        try await client.find(.get(.sync, Self.item, sid.text, map, key).within(reading(map)))
    }

    /// Replaces an item's data.
    ///
    /// Not repeated after an unknown outcome when it has a revision to match.
    ///
    /// - Parameters:
    ///   - map: SID or unique name.
    ///   - key: Which.
    ///   - data: 16 KiB of JSON at most.
    ///   - ttlSeconds: How long it lives; nil leaves it.
    ///   - ifMatch: The revision that is to be replaced; another one is ``TwilioError/isPreconditionFailed``.
    /// - Returns: The item as it is now.
    /// - Throws: ``TwilioError``.
    public func updateItem(
        _ map: String, key: String, data: JSONObject, ttlSeconds: Int? = nil, ifMatch: String? = nil
    ) async throws(TwilioError) -> SyncMapItem {
        let form = Form.with {
            $0.add("Data", data)
            $0.add("ItemTtl", ttlSeconds)
        }
        return try await client.perform(
            .post(
                .sync, Self.item, sid.text, map, key, form: form, rule: ifMatch == nil ? .idempotent : .once
            ).matching(ifMatch).within(writing(map, form.bytes.count)))
    }

    /// Removes an item; false when it was not there.
    public func deleteItem(_ map: String, key: String, ifMatch: String? = nil) async throws(TwilioError) -> Bool {
        try await client.delete(
            .delete(.sync, Self.item, sid.text, map, key).matching(ifMatch).within(writing(map)))
    }

    /// A map's items in the order of their keys.
    ///
    /// - Parameters:
    ///   - map: SID or unique name.
    ///   - order: Of the keys.
    ///   - from: The key to begin with, itself included.
    ///   - pageSize: Entries of a page, 100 at most.
    /// - Returns: The pages.
    public func items(
        _ map: String, order: ListOrder = .ascending, from: String? = nil, pageSize: Int = 100
    ) -> Pages<SyncMapItem> {
        let query = Form.with {
            $0.add("Order", order.rawValue)
            $0.add("From", from)
            $0.add("PageSize", pageSize)
        }
        return client.pages(.get(.sync, Self.items, sid.text, map, query: query).within(reading(map)), key: "items")
    }
}

extension TwilioClient {
    /// The maps of one service of the provider's Sync.
    ///
    /// - Parameter service: `IS…`.
    /// - Returns: The calls.
    public func sync(_ service: ChatServiceSID) -> SyncService { SyncService(client: self, sid: service) }
}
