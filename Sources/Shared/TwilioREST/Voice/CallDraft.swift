/// A call to be dialled: exactly one of `url`, `twiml` and `applicationSID`.
public struct CallDraft: Hashable, Sendable {
    public var to: String
    public var from: String
    public var url: String?
    /// 4,000 characters at most.
    public var twiml: String?
    public var applicationSID: String?
    /// Until it counts as not answered; 60 by default, 600 at most.
    public var timeoutSeconds: Int?
    public var timeLimitSeconds: Int?
    public var statusCallback: String?
    /// `initiated`, `ringing`, `answered`, `completed`.
    public var statusCallbackEvents: [String]?
    public var sendDigits: String?
    public var callerID: String?
    public var callReason: String?
    public var machineDetection: String?
    public var record: Bool?

    public init(
        to: String, from: String, url: String? = nil, twiml: String? = nil, applicationSID: String? = nil,
        timeoutSeconds: Int? = nil, timeLimitSeconds: Int? = nil, statusCallback: String? = nil,
        statusCallbackEvents: [String]? = nil, sendDigits: String? = nil, callerID: String? = nil,
        callReason: String? = nil, machineDetection: String? = nil, record: Bool? = nil
    ) {
        self.to = to
        self.from = from
        self.url = url
        self.twiml = twiml
        self.applicationSID = applicationSID
        self.timeoutSeconds = timeoutSeconds
        self.timeLimitSeconds = timeLimitSeconds
        self.statusCallback = statusCallback
        self.statusCallbackEvents = statusCallbackEvents
        self.sendDigits = sendDigits
        self.callerID = callerID
        self.callReason = callReason
        self.machineDetection = machineDetection
        self.record = record
    }

    var form: Form {
        .with {
            $0.add("To", to)
            $0.add("From", from)
            $0.add("Url", url)
            $0.add("Twiml", twiml)
            $0.add("ApplicationSid", applicationSID)
            $0.add("Timeout", timeoutSeconds)
            $0.add("TimeLimit", timeLimitSeconds)
            $0.add("StatusCallback", statusCallback)
            $0.add("StatusCallbackEvent", statusCallbackEvents)
            $0.add("SendDigits", sendDigits)
            $0.add("CallerId", callerID)
            $0.add("CallReason", callReason)
            $0.add("MachineDetection", machineDetection)
            $0.add("Record", record)
        }
    }
}
