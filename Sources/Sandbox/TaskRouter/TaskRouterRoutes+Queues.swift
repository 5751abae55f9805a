import Events

extension TaskRouterRoutes {
    static let queues: [RestRoute] = [
        route(.get, "/TaskQueues") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            let name = request.text("FriendlyName")
            var list = workspace.queues.all.filter { name == nil || $0.friendlyName == name }
            if let sid = request.text("WorkerSid") {
                guard let worker = workspace.workers[sid] else { throw .invalid("WorkerSid", "it is a worker's SID") }
                list = list.filter { workspace.takes($0, worker) }
            }
            return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("task_queues") { queue, row in
                row.members(of: queue, in: workspace, base: request.baseURL)
            }
        },
        route(.post, "/TaskQueues") { world, request throws(TwilioProblem) in
            let name = try request.required("FriendlyName")
            let target = request.text("TargetWorkers") ?? "1==1"
            let reserved = try request.int("MaxReservedWorkers", in: TaskQueue.reservedWorkersRange) ?? 1
            let queue = try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.createQueue(name: name, targetWorkers: target, maxReservedWorkers: reserved, now: now)
            }
            return .object(201) { $0.members(of: queue, in: world.taskRouter.workspace, base: request.baseURL) }
        },
        route(.get, "/TaskQueues/{queue}") { world, request throws(TwilioProblem) in
            try queueAnswer(world, request)
        },
        route(.post, "/TaskQueues/{queue}") { world, request throws(TwilioProblem) in
            let reserved = try request.int("MaxReservedWorkers", in: TaskQueue.reservedWorkersRange)
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(
                    queue: request["queue"], name: request.text("FriendlyName"),
                    targetWorkers: request.text("TargetWorkers"), maxReservedWorkers: reserved, now: now)
            }
            return try queueAnswer(world, request)
        },
        route(.delete, "/TaskQueues/{queue}") { world, request throws(TwilioProblem) in
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.delete(queue: request["queue"], now: now)
            }
            return .noContent
        },
    ]

    static let workflows: [RestRoute] = [
        route(.get, "/Workflows") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            let name = request.text("FriendlyName")
            let list = workspace.workflows.all.filter { name == nil || $0.friendlyName == name }
            return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("workflows") { workflow, row in
                row.members(of: workflow, in: workspace, base: request.baseURL)
            }
        },
        route(.post, "/Workflows") { world, request throws(TwilioProblem) in
            let name = try request.required("FriendlyName")
            let configuration = try request.required("Configuration")
            let seconds = try request.int("TaskReservationTimeout", in: 1...86_400)
            let workflow = try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.createWorkflow(
                    name: name, configurationText: configuration, reservationSeconds: seconds,
                    assignmentCallbackURL: request.text("AssignmentCallbackUrl") ?? "", now: now)
            }
            return .object(201) { $0.members(of: workflow, in: world.taskRouter.workspace, base: request.baseURL) }
        },
        route(.get, "/Workflows/{workflow}") { world, request throws(TwilioProblem) in
            try workflowAnswer(world, request)
        },
        route(.post, "/Workflows/{workflow}") { world, request throws(TwilioProblem) in
            let seconds = try request.int("TaskReservationTimeout", in: 1...86_400)
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(
                    workflow: request["workflow"], name: request.text("FriendlyName"),
                    configurationText: request.text("Configuration"), reservationSeconds: seconds,
                    assignmentCallbackURL: request.text("AssignmentCallbackUrl"), now: now)
            }
            return try workflowAnswer(world, request)
        },
    ]

    private static func queueAnswer(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let queue = world.taskRouter.workspace.queues[request["queue"]] else {
            throw .notFound("/TaskQueues/\(request["queue"])")
        }
        return .object { $0.members(of: queue, in: world.taskRouter.workspace, base: request.baseURL) }
    }

    private static func workflowAnswer(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let workflow = world.taskRouter.workspace.workflows[request["workflow"]] else {
            throw .notFound("/Workflows/\(request["workflow"])")
        }
        return .object { $0.members(of: workflow, in: world.taskRouter.workspace, base: request.baseURL) }
    }
}

extension Workspace {
    /// Whether a worker is one of a queue's.
    func takes(_ queue: TaskQueue, _ worker: Worker) -> Bool {
        queue.target.holds { workerValue($0.first == "worker" ? Array($0.dropFirst()) : $0, worker) }
    }
}
