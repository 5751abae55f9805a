import Events

/// The calls of TaskRouter.
enum TaskRouterRoutes {
    /// Items of a page at most.
    static let maxPageSize = 1_000

    static let routes: [RestRoute] =
        workspaces + activities + channels + queues + workflows + workers + workerParts + tasks + reservations + events

    /// A route below the project's workspace; another SID is not found.
    static func route(_ method: RestMethod, _ path: String, _ handle: @escaping RestRoute.Handler) -> RestRoute {
        RestRoute(method, "taskrouter/v1/Workspaces/{workspace}\(path)") { world, request throws(TwilioProblem) in
            guard request["workspace"] == world.taskRouter.workspace.sid else {
                throw .notFound("/Workspaces/\(request["workspace"])")
            }
            return try handle(&world, request)
        }
    }

    private static let workspaces: [RestRoute] = [
        RestRoute(.get, "taskrouter/v1/Workspaces") { world, request throws(TwilioProblem) in
            let name = request.text("FriendlyName")
            let all = [world.taskRouter.workspace].filter { name == nil || $0.friendlyName == name }
            return try Page(request, all, maxSize: maxPageSize, key: \.sid).answer("workspaces") { workspace, row in
                row.members(of: workspace, base: request.baseURL)
            }
        },
        route(.get, "") { world, request in
            .object { $0.members(of: world.taskRouter.workspace, base: request.baseURL) }
        },
        route(.post, "") { world, request throws(TwilioProblem) in
            for name in ["DefaultActivitySid", "TimeoutActivitySid"] {
                if let sid = request.text(name), world.taskRouter.workspace.activities[sid] == nil {
                    throw .invalid(name, "it is the SID of an activity")
                }
            }
            try world.routing { (workspace, now) throws(TwilioProblem) in
                if let url = request.text("EventCallbackUrl") { workspace.eventCallbackURL = url }
                if let filter = request.text("EventsFilter") {
                    workspace.eventsFilter = filter.split { " ,".contains($0) }.map(String.init)
                }
                if let name = request.text("FriendlyName") { workspace.friendlyName = name }
                if let sid = request.text("DefaultActivitySid") { workspace.defaultActivitySID = sid }
                if let sid = request.text("TimeoutActivitySid") { workspace.timeoutActivitySID = sid }
                workspace.updatedAt = now
            }
            return .object { $0.members(of: world.taskRouter.workspace, base: request.baseURL) }
        },
    ]

    private static let activities: [RestRoute] = [
        route(.get, "/Activities") { world, request throws(TwilioProblem) in
            let name = request.text("FriendlyName")
            let available = try request.bool("Available")
            let list = world.taskRouter.workspace.activities.all.filter {
                (name == nil || $0.name == name) && (available == nil || $0.isAvailable == available)
            }
            let workspace = world.taskRouter.workspace
            return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("activities") { activity, row in
                row.members(of: activity, in: workspace, base: request.baseURL)
            }
        },
        route(.post, "/Activities") { world, request throws(TwilioProblem) in
            let name = try request.required("FriendlyName")
            let available = try request.bool("Available") ?? false
            let activity = try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.createActivity(name: name, isAvailable: available, now: now)
            }
            return .object(201) {
                $0.members(of: activity, in: world.taskRouter.workspace, base: request.baseURL)
            }
        },
        route(.get, "/Activities/{activity}") { world, request throws(TwilioProblem) in
            guard let activity = world.taskRouter.workspace.activities[request["activity"]] else {
                throw .notFound("/Activities/\(request["activity"])")
            }
            return .object { $0.members(of: activity, in: world.taskRouter.workspace, base: request.baseURL) }
        },
    ]

    private static let channels: [RestRoute] = [
        route(.get, "/TaskChannels") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            return try Page(request, workspace.channels.all, maxSize: maxPageSize, key: \.sid)
                .answer("channels") { $1.members(of: $0, in: workspace, base: request.baseURL) }
        },
        route(.get, "/TaskChannels/{channel}") { world, request throws(TwilioProblem) in
            guard let channel = world.taskRouter.workspace.channel(request["channel"]) else {
                throw .notFound("/TaskChannels/\(request["channel"])")
            }
            return .object { $0.members(of: channel, in: world.taskRouter.workspace, base: request.baseURL) }
        },
    ]
}
