import Events

/// A kind of work with a capacity of its own for each worker.
struct TaskChannel: Hashable, Sendable {
    let sid: String
    let uniqueName: String
    var friendlyName: String
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// Tasks of this channel that a new worker takes at once; voice is one, as nobody talks twice.
    var initialCapacity: Int { uniqueName == "voice" ? 1 : 3 }
}
