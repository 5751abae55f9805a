import Events

extension TaskRouterRoutes {
    static let reservations: [RestRoute] = [
        route(.get, "/Tasks/{task}/Reservations") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            guard let task = workspace.tasks[request["task"]] else { throw .notFound("/Tasks/\(request["task"])") }
            let all = task.reservations.compactMap { workspace.reservations[$0] }
            return try reservationPage(all, workspace, request)
        },
        route(.get, "/Tasks/{task}/Reservations/{reservation}") { world, request throws(TwilioProblem) in
            try reservationAnswer(world, request, of: request["task"])
        },
        route(.post, "/Tasks/{task}/Reservations/{reservation}") { world, request throws(TwilioProblem) in
            try update(&world, request, of: request["task"])
        },
        route(.get, "/Workers/{worker}/Reservations/{reservation}") { world, request throws(TwilioProblem) in
            try reservationAnswer(world, request, of: request["worker"])
        },
        route(.post, "/Workers/{worker}/Reservations/{reservation}") { world, request throws(TwilioProblem) in
            try update(&world, request, of: request["worker"])
        },
    ]

    static let events: [RestRoute] = [
        route(.get, "/Events") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            let list = try listedEvents(workspace, request, now: world.now)
            return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("events") { event, row in
                row.members(of: event, in: workspace, base: request.baseURL)
            }
        },
        route(.get, "/Events/{event}") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            guard let event = workspace.events.last(where: { $0.sid == request["event"] }) else {
                throw .notFound("/Events/\(request["event"])")
            }
            return .object { $0.members(of: event, in: workspace, base: request.baseURL) }
        },
    ]

    /// Minutes that `/Events` looks back when no time is given, and days at most.
    private static let usualMinutes = 15
    private static let maxMinutes = 30 * 24 * 60

    static func reservationPage(
        _ all: [Reservation], _ workspace: Workspace, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let status = request.text("ReservationStatus")
        let worker = request.text("WorkerSid")
        let list = all.filter {
            (status == nil || $0.status.rawValue == status) && (worker == nil || $0.workerSID == worker)
        }
        return try Page(request, list, maxSize: maxPageSize, key: \.sid).answer("reservations") { reservation, row in
            row.members(of: reservation, in: workspace, base: request.baseURL)
        }
    }

    private static func checked(
        _ world: World, _ request: RestRequest, of owner: String
    ) throws(TwilioProblem) -> Reservation {
        let reservation = try world.taskRouter.workspace.checkedReservation(request["reservation"])
        guard reservation.taskSID == owner || reservation.workerSID == owner else {
            throw .notFound("/Reservations/\(reservation.sid)")
        }
        return reservation
    }

    private static func reservationAnswer(
        _ world: World, _ request: RestRequest, of owner: String
    ) throws(TwilioProblem) -> RestAnswer {
        let reservation = try checked(world, request, of: owner)
        var answer = RestAnswer.object {
            $0.members(of: reservation, in: world.taskRouter.workspace, base: request.baseURL)
        }
        answer.headers.append((name: "ETag", value: "\"\(reservation.version)\""))
        return answer
    }

    private static func update(
        _ world: inout World, _ request: RestRequest, of owner: String
    ) throws(TwilioProblem) -> RestAnswer {
        let reservation = try checked(world, request, of: owner)
        try checkVersion(request, reservation.version)
        if let text = request.text("ReservationStatus") {
            guard let status = ReservationStatus(rawValue: text), status != .pending else {
                throw .invalid("ReservationStatus", "it is accepted, rejected, wrapping or completed")
            }
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(reservation: reservation.sid, to: status, now: now)
            }
            if status == .accepted { world.connectAccepted(reservation.sid) }
        } else if let instruction = request.text("Instruction") {
            var details = try ConferenceInstruction(request)
            details.to = details.to ?? request.text("CallTo") ?? request.text("DequeueTo")
            try world.instruct(reservation: reservation.sid, instruction, details)
        } else {
            throw .missing("ReservationStatus")
        }
        let activity = request.text("WorkerActivitySid")
        if let activity {
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.move(worker: reservation.workerSID, to: activity, now: now)
            }
        }
        return try reservationAnswer(world, request, of: owner)
    }

    private static func listedEvents(
        _ workspace: Workspace, _ request: RestRequest, now: Timestamp
    ) throws(TwilioProblem) -> [TaskRouterEvent] {
        let start = try request.date("StartDate")
        let end = try request.date("EndDate")
        let minutes = try request.int("Minutes", in: 1...maxMinutes)
        let span = minutes ?? (start == nil && end == nil && request.text("Sid") == nil ? usualMinutes : maxMinutes)
        let first = start ?? (end ?? now).advanced(by: .seconds(-60 * span))
        let types = request.all("EventType").flatMap { $0.split(separator: ",").map(String.init) }
        let filters = [
            "ReservationSid", "TaskQueueSid", "TaskSid", "WorkerSid", "WorkflowSid",
        ].compactMap { name in request.text(name).map { (name, $0) } }
        let channel = request.text("TaskChannel")
        let sid = request.text("Sid")
        return workspace.events.reversed().filter { event in
            event.time >= first && end.map { event.time <= $0 } ?? true
                && (types.isEmpty || types.contains(event.type)) && (sid == nil || event.sid == sid)
                && filters.allSatisfy { event[$0.0] == $0.1 }
                && (channel == nil || event["TaskChannelSid"] == channel || event["TaskChannelUniqueName"] == channel)
        }
    }
}
