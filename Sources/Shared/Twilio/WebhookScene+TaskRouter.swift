import Events

extension WebhookScene {
    static let taskRouterEventNames: [String] =
        [
            "created", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapup", "completed", "failed",
        ].map { "reservation.\($0)" }
        + [
            "created", "updated", "canceled", "wrapup", "completed", "deleted", "system-deleted", "transfer-initiated",
            "transfer-attempt-failed", "transfer-failed", "transfer-canceled", "transfer-completed",
        ].map { "task.\($0)" }
        + ["created", "deleted", "entered", "timeout", "moved", "expression.updated"].map { "task-queue.\($0)" }
        + ["entered", "timeout", "skipped", "target-matched"].map { "workflow.\($0)" }
        + [
            "created", "deleted", "activity.update", "attributes.update", "capacity.update",
            "channel.availability.update",
        ].map { "worker.\($0)" }
        + ["activity.created", "activity.updated", "activity.deleted"]
        + ["task-channel.created", "task-channel.updated", "task-channel.deleted"]

    func taskRouter(_ name: String, eventSID: String) -> [(String, String)] {
        let milliseconds = now.unixNanoseconds / 1_000_000
        let subject = String(name.prefix { $0 != "." })
        let (resource, prefix) = Self.resources[subject] ?? ("task", "WT")
        var parameters = [
            ("Sid", eventSID), ("EventType", name), ("AccountSid", accountSID), ("WorkspaceSid", sid("WS")),
            ("WorkspaceName", "Flex Task Assignment"), ("EventDescription", description(of: name)),
            ("ResourceType", resource), ("ResourceSid", sid(prefix)),
            ("Timestamp", String(milliseconds / 1_000)), ("TimestampMs", String(milliseconds)),
        ]
        if ["reservation", "task", "workflow", "task-queue"].contains(subject) {
            parameters += taskFields(name, createdAt: milliseconds / 1_000 - 42)
        }
        if name != "task.created", ["reservation", "task", "task-queue"].contains(subject) {
            parameters += [
                ("TaskQueueSid", sid("WQ")), ("TaskQueueName", "Everyone"), ("TaskQueueTargetExpression", "1==1"),
            ]
        }
        if subject == "reservation" {
            parameters += [
                ("ReservationSid", sid("WR")), ("ReservationVersion", name.hasSuffix("created") ? "0" : "1"),
            ]
        }
        if subject == "worker" || (subject == "reservation" && name != "reservation.failed") {
            parameters += workerFields(name)
        }
        return parameters
    }

    private static let resources = [
        "reservation": ("reservation", "WR"), "task": ("task", "WT"), "task-queue": ("task_queue", "WQ"),
        "workflow": ("workflow", "WW"), "worker": ("worker", "WK"), "activity": ("activity", "WA"),
        "task-channel": ("task_channel", "TC"),
    ]

    private func description(of name: String) -> String {
        switch name {
        case "task.canceled": "Task \(sid("WT")) canceled: Task TTL Exceeded"
        case let name where name.hasPrefix("reservation."):
            "Worker Ana Ruiz reservation \(sid("WR")) for task \(sid("WT")) \(name.dropFirst(12))"
        default: name.split(separator: ".").joined(separator: " ")
        }
    }

    private func taskFields(_ name: String, createdAt: UInt64) -> [(String, String)] {
        let attributes = JSONValue.object(
            JSONObject([
                ("from", .string(customer)), ("name", "Zoë Müller"), ("direction", "inbound"), ("channelType", "sms"),
                ("conversationSid", .string(sid("CH"))), ("flexInteractionSid", .string(sid("KD"))),
                ("flexInteractionChannelSid", .string(sid("UO"))), ("customerAddress", .string(customer)),
            ]))
        let status =
            switch name {
            case "task.created", "workflow.entered", "task-queue.entered": "pending"
            case "reservation.created": "reserved"
            case let name where name.hasSuffix("wrapup"): "wrapping"
            case let name where name.hasSuffix("completed"): "completed"
            case let name where name.hasSuffix("canceled"): "canceled"
            default: "assigned"
            }
        var fields = [
            ("TaskSid", sid("WT")), ("TaskAttributes", attributes.description), ("TaskAge", "42"),
            ("TaskPriority", "0"),
            ("TaskAssignmentStatus", status), ("TaskDateCreated", String(createdAt)), ("TaskVersion", "1"),
            ("TaskChannelSid", sid("TC")), ("TaskChannelUniqueName", "sms"),
            ("TaskQueueEnteredDate", String(createdAt)), ("TaskVirtualStartTime", String(createdAt)),
            ("TaskIgnoreCapacity", "false"), ("WorkflowSid", sid("WW")), ("WorkflowName", "Assign to Anyone"),
        ]
        if name == "task.canceled" { fields.append(("TaskCanceledReason", "Task TTL Exceeded")) }
        if name.hasSuffix("completed") { fields.append(("TaskCompletedReason", "Agent completed the task")) }
        return fields
    }

    private func workerFields(_ name: String) -> [(String, String)] {
        let attributes = JSONValue.object(
            JSONObject([
                ("full_name", "Ana Ruiz"), ("contact_uri", "client:ana_2Eruiz"), ("roles", .array(["agent"])),
                ("routing", .object(JSONObject([("skills", .array(["billing", "español"]))]))),
            ]))
        var fields = [
            ("WorkerSid", sid("WK")), ("WorkerName", "ana.ruiz"), ("WorkerAttributes", attributes.description),
            ("WorkerActivitySid", sid("WA")), ("WorkerActivityName", "Available"), ("WorkerVersion", "7"),
            ("OperatingUnitSid", sid("WO")),
        ]
        switch name {
        case "worker.activity.update":
            fields += [
                ("WorkerPreviousActivitySid", "WA" + String(sid("WA").dropFirst(2).reversed())),
                ("WorkerPreviousActivityName", "Offline"), ("WorkerTimeInPreviousActivity", "12"),
                ("WorkerTimeInPreviousActivityMs", "12345"),
            ]
        case "worker.capacity.update", "worker.channel.availability.update":
            fields += [
                ("TaskChannelSid", sid("TC")), ("TaskChannelUniqueName", "sms"), ("WorkerChannelAvailable", "true"),
                ("WorkerChannelAvailableCapacity", "2"), ("WorkerChannelPreviousCapacity", "1"),
                ("WorkerChannelTaskCount", "1"),
            ]
        case let name where name.hasPrefix("reservation."):
            fields += [("WorkerChannelCapacity", "3"), ("WorkerChannelConsumedCapacity", "33")]
        default: break
        }
        return fields
    }
}
