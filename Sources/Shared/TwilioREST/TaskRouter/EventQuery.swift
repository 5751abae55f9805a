public import Events

/// Which of a workspace's events; the provider keeps them for 30 days.
public struct EventQuery: Hashable, Sendable {
    /// Those of the last so many minutes, instead of dates.
    public var minutes: Int?
    public var startDate: Timestamp?
    public var endDate: Timestamp?
    /// `reservation.created` and so on.
    public var eventType: String?
    public var taskSID: TaskSID?
    public var workerSID: WorkerSID?
    public var reservationSID: ReservationSID?
    public var taskChannel: String?
    public var sid: TaskRouterEventSID?

    public init(
        minutes: Int? = nil, startDate: Timestamp? = nil, endDate: Timestamp? = nil, eventType: String? = nil,
        taskSID: TaskSID? = nil, workerSID: WorkerSID? = nil, reservationSID: ReservationSID? = nil,
        taskChannel: String? = nil, sid: TaskRouterEventSID? = nil
    ) {
        self.minutes = minutes
        self.startDate = startDate
        self.endDate = endDate
        self.eventType = eventType
        self.taskSID = taskSID
        self.workerSID = workerSID
        self.reservationSID = reservationSID
        self.taskChannel = taskChannel
        self.sid = sid
    }

    var form: Form {
        .with {
            $0.add("Minutes", minutes)
            $0.add("StartDate", startDate)
            $0.add("EndDate", endDate)
            $0.add("EventType", eventType)
            $0.add("TaskSid", taskSID)
            $0.add("WorkerSid", workerSID)
            $0.add("ReservationSid", reservationSID)
            $0.add("TaskChannel", taskChannel)
            $0.add("Sid", sid)
        }
    }
}
