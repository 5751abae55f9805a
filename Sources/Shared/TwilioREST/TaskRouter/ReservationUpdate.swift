public import Events

/// What is to become of a reservation.
public struct ReservationUpdate: Hashable, Sendable {
    /// The status it is to have.
    public var status: ReservationStatus?
    /// `accept`, `reject`, `call`, `dequeue`, `redirect` or `conference`, instead of a status.
    public var instruction: String?
    /// The activity of the worker afterwards.
    public var workerActivity: ActivitySID?
    /// Parameters of the instruction: `ConferenceStatusCallback` and so on.
    public var parameters: [Parameter]

    public init(
        status: ReservationStatus? = nil, instruction: String? = nil, workerActivity: ActivitySID? = nil,
        parameters: [Parameter] = []
    ) {
        self.status = status
        self.instruction = instruction
        self.workerActivity = workerActivity
        self.parameters = parameters
    }

    /// One parameter of an instruction.
    public struct Parameter: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public static let accept = ReservationUpdate(status: .accepted)
    public static let wrapUp = ReservationUpdate(status: .wrapping)
    public static let complete = ReservationUpdate(status: .completed)

    /// Rejects; the worker changes to an activity, if one is given.
    public static func reject(activity: ActivitySID? = nil) -> ReservationUpdate {
        ReservationUpdate(status: .rejected, workerActivity: activity)
    }

    var form: Form {
        .with {
            $0.add("ReservationStatus", status?.text)
            $0.add("Instruction", instruction)
            $0.add("WorkerActivitySid", workerActivity)
            for parameter in parameters { $0.add(parameter.name, parameter.value) }
        }
    }
}
