import Events

/// Something that workers do, such as being offline.
struct Activity: Hashable, Sendable {
    let sid: String
    var name: String
    /// Whether workers in it are offered tasks.
    let isAvailable: Bool
    let createdAt: Timestamp
    var updatedAt: Timestamp
}
