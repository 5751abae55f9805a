import Events

extension TaskRouterRoutes {
    static let workers: [RestRoute] = [
        route(.get, "/Workers") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            let list = try listedWorkers(workspace, request)
            return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("workers") { worker, row in
                row.members(of: worker, in: workspace, base: request.baseURL)
            }
        },
        route(.post, "/Workers") { world, request throws(TwilioProblem) in
            let name = try request.required("FriendlyName")
            let worker = try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.createWorker(
                    name: name, attributesText: request.text("Attributes") ?? "{}",
                    activitySID: request.text("ActivitySid"), now: now)
            }
            return try workerAnswer(world, request, worker.sid, status: 201)
        },
        route(.get, "/Workers/{worker}") { world, request throws(TwilioProblem) in
            try workerAnswer(world, request, request["worker"])
        },
        route(.post, "/Workers/{worker}") { world, request throws(TwilioProblem) in
            try checkVersion(request, world.taskRouter.workspace.workers[request["worker"]]?.version)
            let rejects = try request.bool("RejectPendingReservations") ?? false
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(
                    worker: request["worker"], name: request.text("FriendlyName"),
                    attributesText: request.text("Attributes"), activitySID: request.text("ActivitySid"),
                    rejectsPending: rejects, now: now)
            }
            return try workerAnswer(world, request, request["worker"])
        },
        route(.delete, "/Workers/{worker}") { world, request throws(TwilioProblem) in
            try checkVersion(request, world.taskRouter.workspace.workers[request["worker"]]?.version)
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.delete(worker: request["worker"], now: now)
            }
            return .noContent
        },
    ]

    static let workerParts: [RestRoute] = [
        route(.get, "/Workers/{worker}/Channels") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            guard let worker = workspace.workers[request["worker"]] else {
                throw .notFound("/Workers/\(request["worker"])")
            }
            return try Page(request, workspace.channels.all, maxSize: maxPageSize, key: \.sid)
                .answer("channels") { channel, row in
                    row.members(of: channel, worker: worker, in: workspace, base: request.baseURL)
                }
        },
        route(.get, "/Workers/{worker}/Channels/{channel}") { world, request throws(TwilioProblem) in
            try capacityAnswer(world, request)
        },
        route(.post, "/Workers/{worker}/Channels/{channel}") { world, request throws(TwilioProblem) in
            if let capacity = try request.int("Capacity", in: Worker.capacityRange) {
                try world.routing { (workspace, now) throws(TwilioProblem) in
                    let channel = workspace.channel(request["channel"])?.sid ?? request["channel"]
                    try workspace.setCapacity(capacity, worker: request["worker"], channel: channel, now: now)
                }
            }
            return try capacityAnswer(world, request)
        },
        route(.get, "/Workers/{worker}/Reservations") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            guard workspace.workers[request["worker"]] != nil else { throw .notFound("/Workers/\(request["worker"])") }
            let all = workspace.reservations.all.filter { $0.workerSID == request["worker"] }
            return try reservationPage(all, workspace, request)
        },
    ]

    /// `If-Match` against a resource's version; absent versions are left to whoever finds nothing.
    static func checkVersion(_ request: RestRequest, _ version: Int?) throws(TwilioProblem) {
        guard let wanted = request.ifMatch, wanted != "*", let version else { return }
        guard wanted.filter({ $0 != "\"" }) == String(version) else { throw .preconditionFailed }
    }

    private static func workerAnswer(
        _ world: World, _ request: RestRequest, _ sid: String, status: Int = 200
    ) throws(TwilioProblem) -> RestAnswer {
        guard let worker = world.taskRouter.workspace.workers[sid] else { throw .notFound("/Workers/\(sid)") }
        var answer = RestAnswer.object(status) {
            $0.members(of: worker, in: world.taskRouter.workspace, base: request.baseURL)
        }
        answer.headers.append((name: "ETag", value: "\"\(worker.version)\""))
        return answer
    }

    private static func capacityAnswer(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let workspace = world.taskRouter.workspace
        guard let worker = workspace.workers[request["worker"]], let channel = workspace.channel(request["channel"])
        else { throw .notFound("/Workers/\(request["worker"])/Channels/\(request["channel"])") }
        return .object { $0.members(of: channel, worker: worker, in: workspace, base: request.baseURL) }
    }

    private static func listedWorkers(
        _ workspace: Workspace, _ request: RestRequest
    ) throws(TwilioProblem) -> [Worker] {
        var list = workspace.workers.all
        if let name = request.text("FriendlyName") { list = list.filter { $0.name == name } }
        if let sid = request.text("ActivitySid") { list = list.filter { $0.activitySID == sid } }
        if let name = request.text("ActivityName") {
            list = list.filter { workspace.activities[$0.activitySID]?.name == name }
        }
        // The provider takes 0 and 1 here besides true and false.
        if let text = request.text("Available") {
            let wanted = text == "1" || text.lowercased() == "true"
            list = list.filter { workspace.activities[$0.activitySID]?.isAvailable == wanted }
        }
        if let text = request.text("TargetWorkersExpression") {
            let expression = try Workspace.expression(text, of: "TargetWorkersExpression")
            list = list.filter { worker in expression.holds { workspace.workerValue($0, worker) } }
        }
        let queue =
            request.text("TaskQueueSid").flatMap { workspace.queues[$0] }
            ?? request.text("TaskQueueName").flatMap { name in workspace.queues.first { $0.friendlyName == name } }
        if let queue { list = list.filter { workspace.takes(queue, $0) } }
        if request.text("Ordering")?.uppercased().hasSuffix("DESC") == true { list.reverse() }
        return list
    }
}
