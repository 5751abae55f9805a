import Events

/// What a client says of a new task.
struct TaskRequest: Sendable {
    var attributesText = "{}"
    var workflowSID: String?
    /// SID or unique name.
    var channel: String?
    var priority: Int?
    var timeoutSeconds: Int?
    var queueSID: String?
    /// A worker, queue or workflow.
    var routingTarget: String?
    /// The only worker for it, whatever his activity, as for a conversation that he began himself.
    var forcedWorkerSID: String?
    var virtualStartTime: Timestamp?
    var ignoresCapacity = false
}
