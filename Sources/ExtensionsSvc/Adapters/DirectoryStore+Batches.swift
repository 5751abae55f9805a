import Bus
import Events
import Wire

/// Imports that are committed but not in all records yet.
extension DirectoryStore {
    /// Puts the rest of a pending import into the records.
    func materialise() async throws {}
}
