public import Events

/// A task offered to a worker.
public struct TaskRouterReservation: Hashable, Sendable, TwilioResource {
    public let sid: ReservationSID
    public let taskSID: TaskSID
    public let workerSID: WorkerSID
    public let workerName: String?
    public let status: ReservationStatus
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        taskSID = try fields.sid("task_sid")
        workerSID = try fields.sid("worker_sid")
        workerName = fields.optionalText("worker_name")
        status = ReservationStatus(try fields.text("reservation_status"))
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        etag = fields.etag
    }
}
