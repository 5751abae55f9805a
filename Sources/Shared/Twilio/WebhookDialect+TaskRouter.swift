import Events

extension WebhookDialect {
    /// TaskRouter's event callback: every event has its own `Sid`.
    static let taskRouter = WebhookDialect(
        family: .taskrouter, dialect: nil, fields: taskRouterFields,
        events: reservationEvents.merging(taskEvents) { first, _ in first }.merging(workerEvents) { first, _ in first },
        discriminators: [Discriminator(field: "EventType", fallback: taskRouterEvent(.passThrough, requires: []))],
        times: [("TimestampMs", .epochMilliseconds), ("Timestamp", .epochSeconds)])

    private static let reservationEvents: [String: EventRule] = [
        "reservation.created": reservation("task.reserved"),
        "reservation.accepted": reservation("task.accepted"),
        "reservation.rejected": reservation("task.rejected"),
        "reservation.timeout": reservation("task.timeout"),
        "reservation.rescinded": reservation("task.rescinded"),
        "reservation.canceled": reservation("task.canceled"),
        "reservation.wrapup": reservation("task.wrapping"),
        "reservation.completed": reservation("task.completed"),
    ]

    private static let taskEvents: [String: EventRule] = [
        "task.created": task("task.created"),
        "task.canceled": task("task.canceled"),
        "task.wrapup": task("task.wrapping"),
        "task.completed": task("task.completed"),
        "task.transfer-completed": task("task.transferred"),
    ]

    private static let workerEvents: [String: EventRule] = Dictionary(
        uniqueKeysWithValues: [
            "worker.created", "worker.deleted", "worker.activity.update", "worker.attributes.update",
            "worker.capacity.update", "worker.channel.availability.update",
        ].map { ($0, worker) })

    private static func reservation(_ topic: Topic) -> EventRule {
        taskRouterEvent(.topic(topic), requires: ["TaskSid", "ReservationSid"])
    }

    private static func task(_ topic: Topic) -> EventRule {
        taskRouterEvent(.topic(topic), requires: ["TaskSid"])
    }

    private static let worker = EventRule(
        .topic("worker.updated"), required: ["AccountSid", "Sid", "WorkerSid"], identity: .fields([["Sid"]]),
        key: ["WorkerSid"], correlation: ["TaskSid"])

    private static func taskRouterEvent(_ target: EventRule.Target, requires fields: [String]) -> EventRule {
        EventRule(
            target, required: ["AccountSid", "Sid"] + fields, identity: .fields([["Sid"]]),
            key: ["TaskSid", "WorkerSid", "TaskQueueSid", "WorkflowSid", "ResourceSid", "WorkspaceSid", "AccountSid"],
            correlation: ["TaskSid"])
    }

    private static let taskRouterFields: [FieldRule] = [
        FieldRule("Sid", .text, as: "eventSid"), FieldRule("EventType", .text), FieldRule("AccountSid", .text),
        FieldRule("WorkspaceSid", .text), FieldRule("WorkspaceName", .text), FieldRule("EventDescription", .text),
        FieldRule("ResourceType", .text), FieldRule("ResourceSid", .text), FieldRule("Timestamp", .integer),
        FieldRule("TimestampMs", .integer),
        FieldRule("TaskSid", .text), FieldRule("TaskAttributes", .json), FieldRule("TaskAge", .integer),
        FieldRule("TaskPriority", .integer), FieldRule("TaskAssignmentStatus", .text),
        FieldRule("TaskDateCreated", .integer), FieldRule("TaskVersion", .integer),
        FieldRule("TaskChannelSid", .text), FieldRule("TaskChannelUniqueName", .text),
        FieldRule("TaskQueueEnteredDate", .integer), FieldRule("TaskVirtualStartTime", .text),
        FieldRule("TaskIgnoreCapacity", .boolean), FieldRule("TaskCanceledReason", .text),
        FieldRule("TaskCompletedReason", .text),
        FieldRule("TaskQueueSid", .text), FieldRule("TaskQueueName", .text),
        FieldRule("TaskQueueTargetExpression", .text), FieldRule("WorkflowSid", .text),
        FieldRule("WorkflowName", .text),
        FieldRule("ReservationSid", .text), FieldRule("ReservationVersion", .integer),
        FieldRule("WorkerSid", .text), FieldRule("WorkerName", .text), FieldRule("WorkerAttributes", .json),
        FieldRule("WorkerActivitySid", .text), FieldRule("WorkerActivityName", .text),
        FieldRule("WorkerVersion", .integer), FieldRule("OperatingUnitSid", .text),
        FieldRule("WorkerPreviousActivitySid", .text), FieldRule("WorkerPreviousActivityName", .text),
        FieldRule("WorkerTimeInPreviousActivity", .integer), FieldRule("WorkerTimeInPreviousActivityMs", .integer),
        FieldRule("WorkerChannelAvailable", .boolean), FieldRule("WorkerChannelAvailableCapacity", .integer),
        FieldRule("WorkerChannelPreviousCapacity", .integer), FieldRule("WorkerChannelTaskCount", .integer),
        FieldRule("WorkerChannelCapacity", .integer), FieldRule("WorkerChannelConsumedCapacity", .integer),
        FieldRule("RetryCount", .delivery),
    ]
}
