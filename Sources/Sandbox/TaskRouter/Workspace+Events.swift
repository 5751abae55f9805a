import Events

extension Workspace {
    /// Records an event about a task, and about the reservation, worker and queue that belong to it.
    mutating func record(
        _ type: String, task taskSID: String, reservation: Reservation? = nil, description: String, now: Timestamp
    ) {
        guard let task = tasks[taskSID] else { return }
        let isReservation = type.hasPrefix("reservation.")
        var fields = taskFields(task, now: now)
        if type != "task.created", let queue = task.queueSID.flatMap({ queues[$0] }) {
            fields += [
                ("TaskQueueSid", queue.sid), ("TaskQueueName", queue.friendlyName),
                ("TaskQueueTargetExpression", queue.targetWorkers),
            ]
        }
        if let reservation {
            fields += [("ReservationSid", reservation.sid), ("ReservationVersion", String(reservation.version))]
            if let worker = workers[reservation.workerSID] {
                let capacity = worker.capacity[task.channelSID] ?? 0
                let load = worker.load[task.channelSID] ?? 0
                fields +=
                    workerFields(worker) + [
                        ("WorkerChannelCapacity", String(capacity)),
                        ("WorkerChannelConsumedCapacity", String(capacity == 0 ? 0 : min(100, load * 100 / capacity))),
                    ]
            }
        }
        let subject = isReservation ? "reservation" : resource(of: type)
        let subjectSID =
            switch subject {
            case "reservation": reservation?.sid ?? task.sid
            case "task_queue": task.queueSID ?? task.sid
            case "workflow": task.workflowSID ?? task.sid
            default: task.sid
            }
        record(
            TaskRouterEvent(
                sid: sids.next("EV"), type: type, description: description, resourceType: subject,
                resourceSID: subjectSID, time: now, fields: fields.map { .init(name: $0.0, value: $0.1) }))
    }

    /// Records an event about a worker.
    mutating func record(
        _ type: String, worker: Worker, description: String, extra: [(String, String)] = [], now: Timestamp
    ) {
        record(
            TaskRouterEvent(
                sid: sids.next("EV"), type: type, description: description, resourceType: "worker",
                resourceSID: worker.sid, time: now,
                fields: (workerFields(worker) + extra).map { .init(name: $0.0, value: $0.1) }))
    }

    /// Records an event about a piece of the configuration.
    mutating func record(
        _ type: String, resource sid: String, description: String, fields: [(String, String)], now: Timestamp
    ) {
        record(
            TaskRouterEvent(
                sid: sids.next("EV"), type: type, description: description, resourceType: resource(of: type),
                resourceSID: sid, time: now, fields: fields.map { .init(name: $0.0, value: $0.1) }))
    }

    private func resource(of type: String) -> String {
        type.prefix { $0 != "." }.split(separator: "-").joined(separator: "_")
    }

    private func taskFields(_ task: RoutedTask, now: Timestamp) -> [(String, String)] {
        var fields = [
            ("TaskSid", task.sid), ("TaskAttributes", task.attributesText), ("TaskAge", String(task.age(now))),
            ("TaskPriority", String(task.priority)), ("TaskAssignmentStatus", task.status.rawValue),
            ("TaskDateCreated", seconds(task.createdAt)), ("TaskVersion", String(task.version)),
            ("TaskChannelSid", task.channelSID),
            ("TaskChannelUniqueName", channels[task.channelSID]?.uniqueName ?? "default"),
        ]
        if let entered = task.queueEnteredAt { fields.append(("TaskQueueEnteredDate", seconds(entered))) }
        fields += [
            ("TaskVirtualStartTime", seconds(task.virtualStartTime)),
            ("TaskIgnoreCapacity", String(task.ignoresCapacity)),
        ]
        if let workflow = task.workflowSID.flatMap({ workflows[$0] }) {
            fields += [("WorkflowSid", workflow.sid), ("WorkflowName", workflow.friendlyName)]
        }
        if let reason = task.reason {
            if task.status == .canceled { fields.append(("TaskCanceledReason", reason)) }
            if task.status == .completed { fields.append(("TaskCompletedReason", reason)) }
        }
        return fields
    }

    private func workerFields(_ worker: Worker) -> [(String, String)] {
        [
            ("WorkerSid", worker.sid), ("WorkerName", worker.name), ("WorkerAttributes", worker.attributesText),
            ("WorkerActivitySid", worker.activitySID),
            ("WorkerActivityName", activities[worker.activitySID]?.name ?? ""),
            ("WorkerVersion", String(worker.version)), ("OperatingUnitSid", operatingUnitSID),
        ]
    }

    private func seconds(_ time: Timestamp) -> String { String(time.unixNanoseconds / 1_000_000_000) }
}
