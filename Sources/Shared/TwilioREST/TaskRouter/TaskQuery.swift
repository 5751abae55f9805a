public import Events

/// Which of a workspace's tasks; what is nil or empty does not matter.
public struct TaskQuery: Hashable, Sendable {
    public var assignmentStatus: [TaskStatus]
    /// An expression over the tasks' attributes.
    public var evaluateAttributes: String?
    public var priority: Int?
    public var taskQueueSID: TaskQueueSID?
    public var workflowSID: WorkflowSID?
    /// `DateCreated:desc` and so on.
    public var ordering: String?

    public init(
        assignmentStatus: [TaskStatus] = [], evaluateAttributes: String? = nil, priority: Int? = nil,
        taskQueueSID: TaskQueueSID? = nil, workflowSID: WorkflowSID? = nil, ordering: String? = nil
    ) {
        self.assignmentStatus = assignmentStatus
        self.evaluateAttributes = evaluateAttributes
        self.priority = priority
        self.taskQueueSID = taskQueueSID
        self.workflowSID = workflowSID
        self.ordering = ordering
    }

    /// Tasks whose attribute has just this text.
    ///
    /// - Parameters:
    ///   - name: The attribute, `conversationSid` for one.
    ///   - text: Its value; quotes and backslashes in it are escaped.
    /// - Returns: The query.
    public static func attribute(_ name: String, equals text: String) -> TaskQuery {
        let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return TaskQuery(evaluateAttributes: "\(name)=\"\(String(escaped))\"")
    }

    var form: Form {
        .with {
            if !assignmentStatus.isEmpty {
                $0.add("AssignmentStatus", assignmentStatus.map(\.text).joined(separator: ","))
            }
            $0.add("EvaluateTaskAttributes", evaluateAttributes)
            $0.add("Priority", priority)
            $0.add("TaskQueueSid", taskQueueSID)
            $0.add("WorkflowSid", workflowSID)
            $0.add("Ordering", ordering)
        }
    }
}
