import Events

/// Tasks, reservations and workers as the pages see them: in lists and, each time whole, on the stream.
extension JSONFields {
    mutating func shown(_ task: RoutedTask, channel: String?) {
        text("sid", task.sid)
        text("status", task.status.rawValue)
        text("task_channel", channel)
        text("conversation_sid", task.conversationSID)
        text("queue_sid", task.queueSID)
        text("reason", task.reason)
        value("attributes", task.attributes)
        text("date_created", task.createdAt.withMilliseconds)
        text("date_updated", task.updatedAt.withMilliseconds)
    }

    mutating func shown(_ reservation: Reservation) {
        text("sid", reservation.sid)
        text("status", reservation.status.rawValue)
        text("task_sid", reservation.taskSID)
        text("worker_sid", reservation.workerSID)
        text("worker", reservation.workerName)
        text("expires_at", reservation.expiresAt.withMilliseconds)
        text("date_created", reservation.createdAt.withMilliseconds)
        text("date_updated", reservation.updatedAt.withMilliseconds)
    }

    /// `name` is the worker's here, also on the stream.
    mutating func shown(_ worker: Worker, _ activity: Activity?) {
        text("sid", worker.sid)
        text("name", worker.name)
        text("identity", worker.identity)
        text("activity", activity?.name)
        text("activity_sid", activity?.sid)
        text("full_name", worker.attributes["full_name"]?.string)
        text("team", worker.attributes["team"]?.string)
        text("contact_uri", worker.address)
        bool("available", activity?.isAvailable == true)
        number("open_reservations", worker.load.values.reduce(0, +))
    }

    /// A worker with the settings of his telephone.
    mutating func shown(_ worker: Worker, in world: World) {
        shown(worker, world.taskRouter.workspace.activities[worker.activitySID])
        bool("automatic_answer", world.voice.automaticAnswer.contains(worker.sid))
    }
}

extension World {
    /// Shows a worker, whole, on the stream.
    mutating func show(worker: Worker) {
        let activity = taskRouter.workspace.activities[worker.activitySID]
        let isAutomatic = voice.automaticAnswer.contains(worker.sid)
        record(.worker, .updated) { json in
            json.shown(worker, activity)
            json.bool("automatic_answer", isAutomatic)
        }
    }
}
