import Bus
import Events

/// Reading the replica.
extension DirectoryStore {
    /// The replica as it is behind the Broker now.
    func view() async throws -> DirectoryView {
        try await inTurn { store in
            try await store.refresh()
            return store.makeView()
        }
    }

    /// The same with all records in ascending order of a key, which is kept until the next change.
    func view(sortedBy key: Listing.Key) async throws -> (DirectoryView, [Listing.Row]) {
        try await inTurn { store in
            try await store.refresh()
            let rows = store.sorted[key] ?? Listing.sorted(store.draft, by: key)
            store.sorted[key] = rows
            return (store.makeView(), rows)
        }
    }

    private func makeView() -> DirectoryView {
        DirectoryView(
            draft: draft, published: published, comparison: comparison, publish: publish, workers: roster, now: now())
    }

    /// Takes the workers as TaskRouter knows them now.
    func take(_ roster: WorkerRoster) { self.roster = roster }
}
