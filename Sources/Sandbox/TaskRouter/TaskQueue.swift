import Events

/// Workers that may take a task, told by an expression over their attributes.
struct TaskQueue: Hashable, Sendable {
    /// Workers reserved at once for one task, the provider's range.
    static let reservedWorkersRange = 1...50

    let sid: String
    var friendlyName: String
    /// The expression's text as it was given.
    var targetWorkers: String
    var target: Expression
    var maxReservedWorkers: Int
    let createdAt: Timestamp
    var updatedAt: Timestamp
}
