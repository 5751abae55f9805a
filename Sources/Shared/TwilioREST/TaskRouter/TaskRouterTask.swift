public import Events

/// A task.
public struct TaskRouterTask: Hashable, Sendable, TwilioResource {
    public let sid: TaskSID
    public let attributes: TwilioAttributes
    public let assignmentStatus: TaskStatus
    public let reason: String?
    public let priority: Int?
    /// In seconds.
    public let age: Int?
    public let timeoutSeconds: Int?
    public let taskChannelSID: TaskChannelSID?
    public let taskChannelUniqueName: String?
    public let taskQueueSID: TaskQueueSID?
    public let workflowSID: WorkflowSID?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        attributes = fields.attributes()
        assignmentStatus = TaskStatus(try fields.text("assignment_status"))
        reason = fields.optionalText("reason")
        priority = fields.optionalInteger("priority")
        age = fields.optionalInteger("age")
        timeoutSeconds = fields.optionalInteger("timeout")
        taskChannelSID = fields.optionalSID("task_channel_sid")
        taskChannelUniqueName = fields.optionalText("task_channel_unique_name")
        taskQueueSID = fields.optionalSID("task_queue_sid")
        workflowSID = fields.optionalSID("workflow_sid")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        etag = fields.etag
    }
}
