import Events

/// How tasks find their queue.
struct Workflow: Hashable, Sendable {
    /// Seconds that a worker has to answer when nothing else is said.
    static let reservationSeconds = 120

    let sid: String
    var friendlyName: String
    /// The JSON document as it was given.
    var configurationText: String
    var configuration: WorkflowConfiguration
    var assignmentCallbackURL: String
    /// Seconds until an unanswered reservation times out.
    var reservationSeconds: Int
    let createdAt: Timestamp
    var updatedAt: Timestamp
}
