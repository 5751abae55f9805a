import Events

extension Workspace {
    /// Creates a task and starts it on its way.
    ///
    /// - Throws: ``TwilioProblem`` for a channel, workflow, queue, worker or document that is none.
    mutating func create(_ request: TaskRequest, now: Timestamp) throws(TwilioProblem) -> RoutedTask {
        let attributes = try Self.attributes(request.attributesText)
        guard let channel = channel(request.channel ?? "default") else { throw .invalid("TaskChannel does not exist") }
        let timeout = request.timeoutSeconds ?? RoutedTask.defaultTimeout
        guard RoutedTask.timeoutRange.contains(timeout) else {
            throw .invalid("Timeout is \(timeout), not within 1 to 1209600 seconds")
        }
        let destination = try destination(of: request)
        try makeRoom(now: now)
        let task = RoutedTask(
            sid: sids.next("WT"), attributesText: request.attributesText, attributes: attributes, status: .pending,
            priority: request.priority ?? 0, channelSID: channel.sid, workflowSID: destination.workflow,
            queueSID: destination.queue, place: destination.place, timeoutSeconds: timeout,
            ignoresCapacity: request.ignoresCapacity, routingTarget: request.routingTarget, version: 0,
            createdAt: now, updatedAt: now, virtualStartTime: request.virtualStartTime ?? now)
        tasks[task.sid] = task
        deadlines.set(.taskTimeout(task.sid), at: task.expiresAt)
        record("task.created", task: task.sid, description: "Task \(task.sid) created", now: now)
        route(task.sid, now: now)
        return tasks[task.sid] ?? task
    }

    /// Deletes ended tasks before their time, the oldest first, when the workspace is full.
    private mutating func makeRoom(now: Timestamp) throws(TwilioProblem) {
        guard tasks.count >= maxTasks else { return }
        let ended = tasks.all.lazy.filter { $0.status == .completed || $0.status == .canceled }
        for task in Array(ended.prefix(maxTasks / 10)) {
            try delete(task: task.sid, type: "task.system-deleted", now: now)
        }
        guard tasks.count < maxTasks else { throw .full("tasks, none of them ended", maxTasks) }
    }

    private func destination(
        of request: TaskRequest
    ) throws(TwilioProblem) -> (workflow: String?, queue: String?, place: RoutedTask.Place) {
        var workflow = request.workflowSID
        var queue = request.queueSID
        var worker = request.forcedWorkerSID
        switch request.routingTarget?.prefix(2) {
        case "WK": worker = request.routingTarget
        case "WQ": queue = request.routingTarget
        case "WW": workflow = request.routingTarget
        case nil: break
        default: throw .invalid("RoutingTarget is neither a worker, a queue nor a workflow")
        }
        if let workflow, workflows[workflow] == nil { throw .invalid("Workflow \(workflow) does not exist") }
        if let queue, queues[queue] == nil { throw .invalid("TaskQueue \(queue) does not exist") }
        if let worker {
            guard workers[worker] != nil else { throw .invalid("Worker \(worker) does not exist") }
            guard let queue = queue ?? queues.sids.first else { throw .invalid("There is no task queue") }
            return (workflow, queue, .worker(worker, isForced: request.forcedWorkerSID != nil))
        }
        if let queue { return (workflow, queue, .queue) }
        // As the provider does with one workflow only.
        guard let workflow = workflow ?? workflows.sids.first else { throw .invalid("There is no workflow") }
        return (workflow, nil, .defaultTarget)
    }

    static func attributes(_ text: String) throws(TwilioProblem) -> JSONValue {
        guard let value = try? JSONValue(parsing: Array(text.utf8)), value.object != nil else {
            throw .invalid("Attributes is not a JSON object")
        }
        return value
    }

    /// Changes a task's attributes, priority or status on a client's request; attributes replace the whole document.
    ///
    /// - Throws: ``TwilioProblem`` when there is none, or for an illegal move.
    mutating func update(
        task sid: String, attributesText: String? = nil, priority: Int? = nil, status: AssignmentStatus? = nil,
        reason: String? = nil, now: Timestamp
    ) throws(TwilioProblem) {
        guard let task = tasks[sid] else { throw .notFound("/Tasks/\(sid)") }
        if let status, status != task.status, !task.status.allowsRequest(status) {
            throw .illegalMove("task \(sid)", from: task.status.rawValue, to: status.rawValue)
        }
        let attributes = try attributesText.map { text throws(TwilioProblem) in try Self.attributes(text) }
        if attributes != nil || priority != nil {
            change(sid, now: now) { task in
                if let attributesText, let attributes {
                    task.attributesText = attributesText
                    task.attributes = attributes
                }
                if let priority { task.priority = priority }
            }
            record("task.updated", task: sid, description: "Task \(sid) updated", now: now)
            offer(sid, now: now)
        }
        guard let status, status != task.status else { return }
        switch status {
        case .canceled: cancel(sid, reason: reason ?? "", now: now)
        case .wrapping:
            for reservation in atWork(of: sid) where reservation.status == .accepted {
                set(reservation, .wrapping, now: now)
            }
            change(sid, now: now) { task in
                task.status = .wrapping
                task.reason = reason
            }
            record("task.wrapup", task: sid, description: "Task \(sid) wrapping up", now: now)
        case .completed:
            for reservation in atWork(of: sid) { set(reservation, .completed, now: now) }
            end(sid, as: .completed, reason: reason, now: now)
            offerWaiting(now: now)
        case .pending, .reserved, .assigned: break
        }
    }

    /// Ends a task that nobody took; whoever was asked for it is no longer.
    mutating func cancel(_ sid: String, reason: String, now: Timestamp) {
        for reservation in pending(of: sid) { set(reservation, .canceled, now: now) }
        end(sid, as: .canceled, reason: reason, now: now)
        offerWaiting(now: now)
    }

    mutating func end(_ sid: String, as status: AssignmentStatus, reason: String?, now: Timestamp) {
        waiting.remove(sid)
        change(sid, now: now) { task in
            task.status = status
            task.reason = reason
        }
        let suffix = reason.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
        record(
            "task.\(status.rawValue)", task: sid, description: "Task \(sid) \(status.rawValue)\(suffix)", now: now)
        deadlines.set(.deletion(task: sid), at: now.advanced(by: RoutedTask.keptAfterEnd))
    }

    /// Deletes a task, with its reservations.
    mutating func delete(task sid: String, type: String = "task.deleted", now: Timestamp) throws(TwilioProblem) {
        guard let task = tasks[sid] else { throw .notFound("/Tasks/\(sid)") }
        for reservation in pending(of: sid) { set(reservation, .canceled, now: now) }
        for reservation in atWork(of: sid) { set(reservation, .completed, now: now) }
        record(type, task: sid, description: "Task \(sid) deleted", now: now)
        waiting.remove(sid)
        for reservation in task.reservations { reservations[reservation] = nil }
        tasks[sid] = nil
        if type == "task.deleted" { offerWaiting(now: now) }
    }

    /// Changes a task and counts it.
    mutating func change(_ sid: String, now: Timestamp, _ body: (inout RoutedTask) -> Void) {
        _ = tasks.update(sid) { task in
            body(&task)
            task.version += 1
            task.updatedAt = now
        }
    }

    /// Does what has fallen due until now.
    mutating func advance(to now: Timestamp) {
        while let timer = deadlines.takeDue(now) {
            switch timer {
            case .reservation(let sid):
                guard let reservation = reservations[sid], reservation.status == .pending else { continue }
                decline(reservation, to: .timeout, now: now)
            case .taskTimeout(let sid):
                guard let task = tasks[sid], task.status == .pending || task.status == .reserved else { continue }
                cancel(sid, reason: "Task TTL Exceeded", now: now)
            case .target(let sid):
                guard let task = tasks[sid], task.status == .pending, let until = task.targetExpiresAt, until <= now,
                    case .target(let filter, let target) = task.place
                else { continue }
                record("task-queue.timeout", task: sid, description: "Task \(sid) left a queue", now: now)
                enterTarget(sid, filter: filter, target: target + 1, now: now)
            case .deletion(let sid):
                guard tasks[sid]?.status.hasEnded == true else { continue }
                try? delete(task: sid, type: "task.system-deleted", now: now)
            }
        }
    }
}
