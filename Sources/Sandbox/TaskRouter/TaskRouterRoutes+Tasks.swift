import Events

extension TaskRouterRoutes {
    static let tasks: [RestRoute] = [
        route(.get, "/Tasks") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            let now = world.now
            let list = try listedTasks(workspace, request)
            return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("tasks") { task, row in
                row.members(of: task, in: workspace, base: request.baseURL, now: now)
            }
        },
        route(.post, "/Tasks") { world, request throws(TwilioProblem) in
            var wanted = TaskRequest()
            wanted.attributesText = request.text("Attributes") ?? "{}"
            wanted.workflowSID = request.text("WorkflowSid")
            wanted.channel = request.text("TaskChannel")
            wanted.priority = try request.int("Priority", in: 0...Int(Int32.max))
            wanted.timeoutSeconds = try request.int("Timeout", in: RoutedTask.timeoutRange)
            wanted.queueSID = request.text("TaskQueueSid")
            wanted.routingTarget = request.text("RoutingTarget")
            wanted.virtualStartTime = try request.date("VirtualStartTime")
            wanted.ignoresCapacity = try request.bool("IgnoreCapacity") ?? false
            let complete = wanted
            let task = try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.create(complete, now: now)
            }
            return try taskAnswer(world, request, task.sid, status: 201)
        },
        route(.get, "/Tasks/{task}") { world, request throws(TwilioProblem) in
            try taskAnswer(world, request, request["task"])
        },
        route(.post, "/Tasks/{task}") { world, request throws(TwilioProblem) in
            try checkVersion(request, world.taskRouter.workspace.tasks[request["task"]]?.version)
            let priority = try request.int("Priority", in: 0...Int(Int32.max))
            var status: AssignmentStatus?
            if let text = request.text("AssignmentStatus") {
                guard let known = AssignmentStatus(rawValue: text) else {
                    throw .invalid(
                        "AssignmentStatus", "it is pending, reserved, assigned, canceled, wrapping or completed")
                }
                status = known
            }
            let next = status
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(
                    task: request["task"], attributesText: request.text("Attributes"), priority: priority,
                    status: next, reason: request.text("Reason"), now: now)
            }
            return try taskAnswer(world, request, request["task"])
        },
        route(.delete, "/Tasks/{task}") { world, request throws(TwilioProblem) in
            try checkVersion(request, world.taskRouter.workspace.tasks[request["task"]]?.version)
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.delete(task: request["task"], now: now)
            }
            return .noContent
        },
    ]

    static func taskAnswer(
        _ world: World, _ request: RestRequest, _ sid: String, status: Int = 200
    ) throws(TwilioProblem) -> RestAnswer {
        guard let task = world.taskRouter.workspace.tasks[sid] else { throw .notFound("/Tasks/\(sid)") }
        var answer = RestAnswer.object(status) {
            $0.members(of: task, in: world.taskRouter.workspace, base: request.baseURL, now: world.now)
        }
        answer.headers.append((name: "ETag", value: "\"\(task.version)\""))
        return answer
    }

    private static func listedTasks(
        _ workspace: Workspace, _ request: RestRequest
    ) throws(TwilioProblem) -> [RoutedTask] {
        var list = workspace.tasks.all
        let statuses = request.all("AssignmentStatus").flatMap { $0.split(separator: ",").map(String.init) }
        if !statuses.isEmpty { list = list.filter { statuses.contains($0.status.rawValue) } }
        if let priority = try request.int("Priority", in: 0...Int(Int32.max)) {
            list = list.filter { $0.priority == priority }
        }
        if let sid = request.text("WorkflowSid") { list = list.filter { $0.workflowSID == sid } }
        if let sid = request.text("TaskQueueSid") { list = list.filter { $0.queueSID == sid } }
        if let target = request.text("RoutingTarget") { list = list.filter { $0.routingTarget == target } }
        if let name = request.text("WorkflowName") {
            list = list.filter { $0.workflowSID.flatMap { workspace.workflows[$0]?.friendlyName } == name }
        }
        if let name = request.text("TaskQueueName") {
            list = list.filter { $0.queueSID.flatMap { workspace.queues[$0]?.friendlyName } == name }
        }
        if let text = request.text("EvaluateTaskAttributes") {
            let expression = try Workspace.expression(text, of: "EvaluateTaskAttributes")
            list = list.filter { task in expression.holds { Workspace.taskValue($0, task: task) } }
        }
        guard let ordering = request.text("Ordering") else { return list }
        let isDescending = ordering.lowercased().hasPrefix("datecreated:desc") || ordering.lowercased() == "desc"
        if ordering.lowercased().hasPrefix("priority") {
            let rises = ordering.lowercased().hasPrefix("priority:asc")
            list.sort { rises ? $0.priority < $1.priority : $0.priority > $1.priority }
        } else if isDescending {
            list.reverse()
        }
        return list
    }
}
