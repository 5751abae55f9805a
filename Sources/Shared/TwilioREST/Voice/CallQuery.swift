public import Events

/// Which calls; what is nil does not matter.
public struct CallQuery: Hashable, Sendable {
    public var to: String?
    public var from: String?
    public var parentSID: CallSID?
    public var status: String?
    public var startedAfter: Timestamp?
    public var startedBefore: Timestamp?

    public init(
        to: String? = nil, from: String? = nil, parentSID: CallSID? = nil, status: String? = nil,
        startedAfter: Timestamp? = nil, startedBefore: Timestamp? = nil
    ) {
        self.to = to
        self.from = from
        self.parentSID = parentSID
        self.status = status
        self.startedAfter = startedAfter
        self.startedBefore = startedBefore
    }

    var form: Form {
        .with {
            $0.add("To", to)
            $0.add("From", from)
            $0.add("ParentCallSid", parentSID)
            $0.add("Status", status)
            $0.add("StartTime>", startedAfter)
            $0.add("StartTime<", startedBefore)
        }
    }
}
