public import Events

/// A task to be made.
public struct TaskDraft: Hashable, Sendable {
    public var workflowSID: WorkflowSID?
    public var taskQueueSID: TaskQueueSID?
    /// Unique name or `TC…`.
    public var taskChannel: String?
    public var attributes: TwilioAttributes?
    public var priority: Int?
    /// 1,209,600 at most; the provider's default is a day.
    public var timeoutSeconds: Int?
    /// `WK…`, `WQ…` or `WW…`.
    public var routingTarget: String?
    public var virtualStartTime: Timestamp?
    public var ignoreCapacity: Bool?

    public init(
        workflowSID: WorkflowSID? = nil, taskQueueSID: TaskQueueSID? = nil, taskChannel: String? = nil,
        attributes: TwilioAttributes? = nil, priority: Int? = nil, timeoutSeconds: Int? = nil,
        routingTarget: String? = nil, virtualStartTime: Timestamp? = nil, ignoreCapacity: Bool? = nil
    ) {
        self.workflowSID = workflowSID
        self.taskQueueSID = taskQueueSID
        self.taskChannel = taskChannel
        self.attributes = attributes
        self.priority = priority
        self.timeoutSeconds = timeoutSeconds
        self.routingTarget = routingTarget
        self.virtualStartTime = virtualStartTime
        self.ignoreCapacity = ignoreCapacity
    }

    var form: Form {
        .with {
            $0.add("WorkflowSid", workflowSID)
            $0.add("TaskQueueSid", taskQueueSID)
            $0.add("TaskChannel", taskChannel)
            $0.add("Attributes", attributes)
            $0.add("Priority", priority)
            $0.add("Timeout", timeoutSeconds)
            $0.add("RoutingTarget", routingTarget)
            $0.add("VirtualStartTime", virtualStartTime)
            $0.add("IgnoreCapacity", ignoreCapacity)
        }
    }
}
