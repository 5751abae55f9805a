public import Events

/// What is to change about a task.
public struct TaskUpdate: Hashable, Sendable {
    /// Replaces the whole document: read, merge and write with `ifMatch`.
    public var attributes: TwilioAttributes?
    public var assignmentStatus: TaskStatus?
    /// Why it is completed or canceled.
    public var reason: String?
    public var priority: Int?
    public var taskChannel: String?
    public var virtualStartTime: Timestamp?

    public init(
        attributes: TwilioAttributes? = nil, assignmentStatus: TaskStatus? = nil, reason: String? = nil,
        priority: Int? = nil, taskChannel: String? = nil, virtualStartTime: Timestamp? = nil
    ) {
        self.attributes = attributes
        self.assignmentStatus = assignmentStatus
        self.reason = reason
        self.priority = priority
        self.taskChannel = taskChannel
        self.virtualStartTime = virtualStartTime
    }

    var form: Form {
        .with {
            $0.add("Attributes", attributes)
            $0.add("AssignmentStatus", assignmentStatus?.text)
            $0.add("Reason", reason)
            $0.add("Priority", priority)
            $0.add("TaskChannel", taskChannel)
            $0.add("VirtualStartTime", virtualStartTime)
        }
    }
}
