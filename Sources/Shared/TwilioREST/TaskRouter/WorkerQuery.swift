public import Events

/// Which of a workspace's workers; what is nil does not matter.
public struct WorkerQuery: Hashable, Sendable {
    public var activityName: String?
    public var activitySID: ActivitySID?
    public var available: Bool?
    public var friendlyName: String?
    /// An expression over the workers' attributes.
    public var targetWorkersExpression: String?
    public var taskQueueSID: TaskQueueSID?

    public init(
        activityName: String? = nil, activitySID: ActivitySID? = nil, available: Bool? = nil,
        friendlyName: String? = nil, targetWorkersExpression: String? = nil, taskQueueSID: TaskQueueSID? = nil
    ) {
        self.activityName = activityName
        self.activitySID = activitySID
        self.available = available
        self.friendlyName = friendlyName
        self.targetWorkersExpression = targetWorkersExpression
        self.taskQueueSID = taskQueueSID
    }

    var form: Form {
        .with {
            $0.add("ActivityName", activityName)
            $0.add("ActivitySid", activitySID)
            $0.add("Available", available.map { $0 ? "1" : "0" })
            $0.add("FriendlyName", friendlyName)
            $0.add("TargetWorkersExpression", targetWorkersExpression)
            $0.add("TaskQueueSid", taskQueueSID)
        }
    }
}
