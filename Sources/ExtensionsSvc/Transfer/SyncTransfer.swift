import Directory
import Events
import TwilioREST

/// Carries the directory from and to a map of the provider's Sync.
struct SyncTransfer: Sendable {
    /// Items of a map at most.
    static let maxItems = 100_000

    let client: TwilioClient
    let settings: TransferSettings.Sync

    private var service: SyncService { client.sync(settings.service) }

    /// The map's items as rows of an import.
    func rows() async throws(TwilioError) -> [ImportRow] {
        try await service.items(settings.map).all(limit: Self.maxItems).enumerated().map { index, item in
            ImportRow(row: index + 1, members: JSONFile.members(item.data))
        }
    }

    /// Makes the map say what the directory says.
    ///
    /// - Returns: What was done, or would be.
    func export(_ entries: [DirectoryEntry], isReplacing: Bool, isDry: Bool) async throws(TwilioError) -> SyncMapPlan {
        var items: [String: JSONObject] = [:]
        for item in try await service.items(settings.map).all(limit: Self.maxItems) { items[item.key] = item.data }
        let plan = SyncMapPlan(entries, items: items, isReplacing: isReplacing)
        guard !isDry else { return plan }
        for (key, data) in plan.creations.sorted(by: { $0.key < $1.key }) {
            do throws(TwilioError) {
                _ = try await service.createItem(settings.map, key: key, data: data)
            } catch {
                // It came to be meanwhile, or by an attempt whose answer was lost.
                guard error.isConflict else { throw error }
                _ = try await service.updateItem(settings.map, key: key, data: data)
            }
        }
        for (key, data) in plan.updates.sorted(by: { $0.key < $1.key }) {
            _ = try await service.updateItem(settings.map, key: key, data: data)
        }
        for key in plan.deletions { _ = try await service.deleteItem(settings.map, key: key) }
        return plan
    }
}
