import Events

/// How workers act, below `/sandbox/v1/`.
enum TaskRouterControl {
    static let routes: [RestRoute] = [
        RestRoute(.post, "workers/{worker}/activity") { world, request throws(TwilioProblem) in
            let wanted = try request.required("activity")
            let workspace = world.taskRouter.workspace
            let worker = try find(request["worker"], in: workspace)
            guard
                let activity = workspace.activities[wanted]
                    ?? workspace.activities.first(where: { $0.name.lowercased() == wanted.lowercased() })
            else { throw .invalid("activity", "it is the name or SID of an activity") }
            try world.routing { (workspace, now) throws(TwilioProblem) in
                try workspace.update(worker: worker.sid, activitySID: activity.sid, now: now)
            }
            return .object { $0.shown(worker, activity) }
        },
        RestRoute(.get, "tasks") { world, request throws(TwilioProblem) in
            let workspace = world.taskRouter.workspace
            var reservations = workspace.reservations.all
            if let name = request.text("worker") {
                let worker = try find(name, in: workspace)
                reservations = reservations.filter { $0.workerSID == worker.sid }
            }
            return .object { json in
                json.objects("tasks", workspace.tasks.all) { task, row in
                    row.shown(task, channel: workspace.channels[task.channelSID]?.uniqueName)
                }
                json.objects("reservations", reservations) { $1.shown($0) }
            }
        },
        move("accept", to: .accepted), move("reject", to: .rejected), move("wrapup", to: .wrapping),
        move("complete", to: .completed),
    ]

    private static func move(_ act: String, to status: ReservationStatus) -> RestRoute {
        RestRoute(.post, "reservations/{reservation}/\(act)") { world, request throws(TwilioProblem) in
            let sid = request["reservation"]
            let reservation = try world.taskRouter.workspace.checkedReservation(sid)
            if status == .accepted, world.isCall(reservation) {
                // He is at his desk: his telephone rings and he takes it up.
                var instruction = ConferenceInstruction.desk
                instruction.to = world.taskRouter.workspace.workers[reservation.workerSID].map {
                    "client:\($0.identity)"
                }
                let leg = try world.ringWorker(of: sid, instruction)
                world.advance(leg, to: .inProgress)
            } else if !(status == .wrapping || (status == .completed && reservation.status == .accepted))
                || !world.deskEnds(reservation, completes: status == .completed)
            {
                try world.routing { (workspace, now) throws(TwilioProblem) in
                    try workspace.update(reservation: sid, to: status, now: now)
                }
            }
            if status == .accepted { world.legacyDeskTakes(reservation) }
            let after = try world.taskRouter.workspace.checkedReservation(sid)
            return .object { $0.shown(after) }
        }
    }

    /// A worker by SID or name.
    static func find(_ sidOrName: String, in workspace: Workspace) throws(TwilioProblem) -> Worker {
        guard let worker = workspace.workers[sidOrName] ?? workspace.workers.first(where: { $0.name == sidOrName })
        else { throw .notFound("/Workers/\(sidOrName)") }
        return worker
    }
}
