import Events

extension Workspace {
    mutating func createActivity(
        name: String, isAvailable: Bool, sid: String? = nil, now: Timestamp
    ) throws(TwilioProblem) -> Activity {
        guard !name.isEmpty else { throw .invalid("FriendlyName is required") }
        guard activities.first(where: { $0.name == name }) == nil else {
            throw .invalid("An activity with this FriendlyName exists already")
        }
        let activity = Activity(
            sid: sid ?? sids.next("WA"), name: name, isAvailable: isAvailable, createdAt: now, updatedAt: now)
        activities[activity.sid] = activity
        if !isAvailable {
            if defaultActivitySID.isEmpty { defaultActivitySID = activity.sid }
            if timeoutActivitySID.isEmpty { timeoutActivitySID = activity.sid }
        }
        record(
            "activity.created", resource: activity.sid, description: "Activity \(name) created",
            fields: [
                ("ActivitySid", activity.sid), ("ActivityName", name), ("ActivityAvailable", String(isAvailable)),
            ],
            now: now)
        return activity
    }

    mutating func createQueue(
        name: String, targetWorkers: String = "1==1", maxReservedWorkers: Int = 1, sid: String? = nil, now: Timestamp
    ) throws(TwilioProblem) -> TaskQueue {
        guard !name.isEmpty else { throw .invalid("FriendlyName is required") }
        guard TaskQueue.reservedWorkersRange.contains(maxReservedWorkers) else {
            throw .invalid("MaxReservedWorkers is \(maxReservedWorkers), not within 1 to 50")
        }
        let queue = TaskQueue(
            sid: sid ?? sids.next("WQ"), friendlyName: name, targetWorkers: targetWorkers,
            target: try Self.expression(targetWorkers, of: "TargetWorkers"), maxReservedWorkers: maxReservedWorkers,
            createdAt: now, updatedAt: now)
        queues[queue.sid] = queue
        record(
            "task-queue.created", resource: queue.sid, description: "TaskQueue \(name) created",
            fields: queueFields(queue), now: now)
        return queue
    }

    mutating func update(
        queue sid: String, name: String?, targetWorkers: String?, maxReservedWorkers: Int?, now: Timestamp
    ) throws(TwilioProblem) {
        guard var queue = queues[sid] else { throw .notFound("/TaskQueues/\(sid)") }
        if let maxReservedWorkers {
            guard TaskQueue.reservedWorkersRange.contains(maxReservedWorkers) else {
                throw .invalid("MaxReservedWorkers is \(maxReservedWorkers), not within 1 to 50")
            }
            queue.maxReservedWorkers = maxReservedWorkers
        }
        if let name { queue.friendlyName = name }
        if let targetWorkers {
            queue.target = try Self.expression(targetWorkers, of: "TargetWorkers")
            queue.targetWorkers = targetWorkers
        }
        queue.updatedAt = now
        queues[sid] = queue
        if targetWorkers != nil {
            record(
                "task-queue.expression.updated", resource: sid,
                description: "TaskQueue \(queue.friendlyName) expression updated", fields: queueFields(queue), now: now)
        }
        offerWaiting(now: now)
    }

    mutating func delete(queue sid: String, now: Timestamp) throws(TwilioProblem) {
        guard let queue = queues[sid] else { throw .notFound("/TaskQueues/\(sid)") }
        guard !workflows.all.contains(where: { $0.configuration.queues.contains(sid) }) else {
            throw .invalid("TaskQueue \(sid) is used by a workflow")
        }
        queues[sid] = nil
        record(
            "task-queue.deleted", resource: sid, description: "TaskQueue \(queue.friendlyName) deleted",
            fields: queueFields(queue), now: now)
    }

    mutating func createWorkflow(
        name: String, configurationText: String, reservationSeconds: Int? = nil, assignmentCallbackURL: String = "",
        sid: String? = nil, now: Timestamp
    ) throws(TwilioProblem) -> Workflow {
        guard !name.isEmpty else { throw .invalid("FriendlyName is required") }
        let workflow = Workflow(
            sid: sid ?? sids.next("WW"), friendlyName: name, configurationText: configurationText,
            configuration: try checkedConfiguration(configurationText), assignmentCallbackURL: assignmentCallbackURL,
            reservationSeconds: try Self.reservationSeconds(reservationSeconds), createdAt: now, updatedAt: now)
        workflows[workflow.sid] = workflow
        return workflow
    }

    mutating func update(
        workflow sid: String, name: String?, configurationText: String?, reservationSeconds: Int?,
        assignmentCallbackURL: String?, now: Timestamp
    ) throws(TwilioProblem) {
        guard var workflow = workflows[sid] else { throw .notFound("/Workflows/\(sid)") }
        if let name { workflow.friendlyName = name }
        if let configurationText {
            workflow.configuration = try checkedConfiguration(configurationText)
            workflow.configurationText = configurationText
        }
        if let reservationSeconds { workflow.reservationSeconds = try Self.reservationSeconds(reservationSeconds) }
        if let assignmentCallbackURL { workflow.assignmentCallbackURL = assignmentCallbackURL }
        workflow.updatedAt = now
        workflows[sid] = workflow
        // A task that stands at a target keeps its place when there still is such a one, else it begins anew.
        for taskSID in waiting {
            guard let task = tasks[taskSID], task.workflowSID == sid, task.status == .pending else { continue }
            let filter = workflow.configuration.filters.firstIndex { filter in
                filter.expression.holds { Self.taskValue($0, task: task) }
            }
            enterTarget(taskSID, filter: filter, target: 0, now: now)
        }
    }

    private func checkedConfiguration(_ text: String) throws(TwilioProblem) -> WorkflowConfiguration {
        let configuration = try WorkflowConfiguration(parsing: text)
        for queue in configuration.queues where queues[queue] == nil {
            throw .invalid("Workflow Configuration names the TaskQueue \(queue), which does not exist")
        }
        return configuration
    }

    private static func reservationSeconds(_ value: Int?) throws(TwilioProblem) -> Int {
        guard let value else { return Workflow.reservationSeconds }
        guard RoutedTask.timeoutRange.contains(value) else {
            throw .invalid("TaskReservationTimeout is \(value), not within 1 to 86400 seconds")
        }
        return value
    }

    static func expression(_ text: String, of parameter: String) throws(TwilioProblem) -> Expression {
        do {
            return try Expression(parsing: text)
        } catch {
            throw .invalid("\(parameter): \(error.description)")
        }
    }

    private func queueFields(_ queue: TaskQueue) -> [(String, String)] {
        [
            ("TaskQueueSid", queue.sid), ("TaskQueueName", queue.friendlyName),
            ("TaskQueueTargetExpression", queue.targetWorkers),
        ]
    }
}
