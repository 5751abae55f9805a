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
        bool("available", activity?.isAvailable == true)
        number("open_reservations", worker.load.values.reduce(0, +))
    }
}
