import Events

extension Workspace {
    /// Brings a new task to its first target and offers it.
    mutating func route(_ taskSID: String, now: Timestamp) {
        guard let task = tasks[taskSID] else { return }
        guard let workflow = task.workflowSID.flatMap({ workflows[$0] }), task.place == .defaultTarget else {
            enterQueue(taskSID, now: now)
            return
        }
        record("workflow.entered", task: taskSID, description: "Task \(taskSID) entered a workflow", now: now)
        let filter = workflow.configuration.filters.firstIndex { filter in
            filter.expression.holds { Self.taskValue($0, task: task) }
        }
        enterTarget(taskSID, filter: filter, target: 0, now: now)
    }

    /// Brings a task to a target of its filter, or to the first one behind it that is not passed over.
    ///
    /// Behind the last one comes the default queue, and without one the task's end.
    mutating func enterTarget(_ taskSID: String, filter: Int?, target first: Int, now: Timestamp) {
        guard let task = tasks[taskSID], let configuration = task.workflowSID.flatMap({ workflows[$0]?.configuration })
        else { return }
        if let filter {
            for (index, target) in configuration.filters[filter].targets.enumerated().dropFirst(first) {
                if let skip = target.skip, skip.holds({ skipValue($0, task: task, target: target) }) {
                    record("workflow.skipped", task: taskSID, description: "Target passed over", now: now)
                    continue
                }
                enter(taskSID, target, place: .target(filter: filter, target: index), now: now)
                return
            }
        }
        guard let target = configuration.defaultTarget else {
            record("workflow.timeout", task: taskSID, description: "Task \(taskSID) left its workflow", now: now)
            cancel(taskSID, reason: "Workflow timeout", now: now)
            return
        }
        enter(taskSID, target, place: .defaultTarget, now: now)
    }

    private mutating func enter(
        _ taskSID: String, _ target: WorkflowConfiguration.Target, place: RoutedTask.Place, now: Timestamp
    ) {
        let until = target.timeoutSeconds.map { now.advanced(by: .seconds($0)) }
        _ = tasks.update(taskSID) { task in
            task.place = place
            task.queueSID = target.queueSID
            if let priority = target.priority { task.priority = priority }
            task.targetExpiresAt = until
        }
        if let until { deadlines.set(.target(task: taskSID), at: until) }
        record("workflow.target-matched", task: taskSID, description: "Task \(taskSID) matched a target", now: now)
        enterQueue(taskSID, now: now)
    }

    private mutating func enterQueue(_ taskSID: String, now: Timestamp) {
        _ = tasks.update(taskSID) { $0.queueEnteredAt = now }
        record("task-queue.entered", task: taskSID, description: "Task \(taskSID) entered a queue", now: now)
        waiting.insert(taskSID)
        offer(taskSID, now: now)
    }

    /// Reserves the workers who match best and have room, as many as the queue reserves at once.
    mutating func offer(_ taskSID: String, now: Timestamp) {
        guard let task = tasks[taskSID], task.status == .pending || task.status == .reserved,
            let queue = task.queueSID.flatMap({ queues[$0] })
        else { return }
        let open = task.reservations.count { reservations[$0]?.status == .pending }
        guard open < queue.maxReservedWorkers else { return }
        for worker in candidates(for: task, in: queue).prefix(queue.maxReservedWorkers - open) {
            reserve(taskSID, for: worker, now: now)
        }
    }

    /// Offers every task that waits, the most urgent and then the oldest first.
    mutating func offerWaiting(now: Timestamp) {
        let queue = waiting.compactMap { tasks[$0] }.sorted { left, right in
            if left.priority != right.priority { return left.priority > right.priority }
            if left.virtualStartTime != right.virtualStartTime { return left.virtualStartTime < right.virtualStartTime }
            return left.sid < right.sid
        }
        for task in queue { offer(task.sid, now: now) }
    }

    /// Workers who may take it now, the best first: by the target's order, else the longest in his activity.
    private func candidates(for task: RoutedTask, in queue: TaskQueue) -> [Worker] {
        if case .worker(let sid, isForced: true) = task.place {
            guard let worker = workers[sid], !task.declinedBy.contains(sid), !isOffered(task, to: sid) else {
                return []
            }
            return [worker]
        }
        let target = target(of: task)
        var found = workers.all.filter { worker in
            guard activities[worker.activitySID]?.isAvailable == true, !task.declinedBy.contains(worker.sid),
                task.ignoresCapacity || worker.freeCapacity(on: task.channelSID) > 0,
                !isOffered(task, to: worker.sid)
            else { return false }
            if case .worker(let sid, _) = task.place { return worker.sid == sid }
            return matches(worker, task, queue, target)
        }
        found.sort { left, right in
            if let order = target?.order {
                let left = workerValue(order.path, left) ?? .null
                let right = workerValue(order.path, right) ?? .null
                let test = Expression.comparison(.value(left), order.isDescending ? .greater : .less, .value(right))
                let reverse = Expression.comparison(.value(right), order.isDescending ? .greater : .less, .value(left))
                if test.holds({ _ in nil }) { return true }
                if reverse.holds({ _ in nil }) { return false }
            }
            return left.activitySince < right.activitySince
        }
        return found
    }

    private func isOffered(_ task: RoutedTask, to worker: String) -> Bool {
        task.reservations.contains { sid in
            guard let reservation = reservations[sid] else { return false }
            return reservation.workerSID == worker && reservation.status.isOpen
        }
    }

    private func target(of task: RoutedTask) -> WorkflowConfiguration.Target? {
        guard let configuration = task.workflowSID.flatMap({ workflows[$0]?.configuration }) else { return nil }
        switch task.place {
        case .target(let filter, let target):
            guard configuration.filters.indices.contains(filter),
                configuration.filters[filter].targets.indices.contains(target)
            else { return nil }
            return configuration.filters[filter].targets[target]
        case .defaultTarget: return configuration.defaultTarget
        case .queue, .worker: return nil
        }
    }

    private func matches(
        _ worker: Worker, _ task: RoutedTask, _ queue: TaskQueue, _ target: WorkflowConfiguration.Target?
    ) -> Bool {
        guard queue.target.holds({ workerValue($0.first == "worker" ? Array($0.dropFirst()) : $0, worker) }) else {
            return false
        }
        guard let target else { return true }
        let value = { (path: [String]) in pairValue(path, task: task, worker: worker) }
        if let known = target.knownWorkerSID, known.evaluated(value).string != worker.sid { return false }
        if let known = target.knownWorkerName, known.evaluated(value).string != worker.name { return false }
        return target.expression?.holds(value) ?? true
    }

    /// A name in a workflow's expression: `worker.…`, `task.…`, else the task's attribute.
    private func pairValue(_ path: [String], task: RoutedTask, worker: Worker) -> JSONValue? {
        path.first == "worker" ? workerValue(Array(path.dropFirst()), worker) : Self.taskValue(path, task: task)
    }

    private func skipValue(
        _ path: [String], task: RoutedTask, target: WorkflowConfiguration.Target
    ) -> JSONValue? {
        guard path == ["workers", "available"] else { return Self.taskValue(path, task: task) }
        guard let queue = queues[target.queueSID] else { return 0 }
        let available = workers.all.count { worker in
            activities[worker.activitySID]?.isAvailable == true && worker.freeCapacity(on: task.channelSID) > 0
                && matches(worker, task, queue, target)
        }
        return .number(JSONNumber(available))
    }

    /// A worker's attribute, or what TaskRouter itself knows of him.
    func workerValue(_ path: [String], _ worker: Worker) -> JSONValue? {
        switch path {
        case ["sid"]: return .string(worker.sid)
        case ["activity_sid"]: return .string(worker.activitySID)
        case ["activity_name"]: return .string(activities[worker.activitySID]?.name ?? "")
        case ["friendly_name"]: return .string(worker.name)
        case ["name"]: return worker.attributes["name"] ?? .string(worker.name)
        default: return Self.member(path, of: worker.attributes)
        }
    }

    /// A task's attribute, with or without `task.` before it.
    static func taskValue(_ path: [String], task: RoutedTask) -> JSONValue? {
        let path = path.first == "task" ? Array(path.dropFirst()) : path
        return path == ["sid"] ? .string(task.sid) : member(path, of: task.attributes)
    }

    private static func member(_ path: [String], of value: JSONValue) -> JSONValue? {
        var value = value
        for name in path {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }
}
