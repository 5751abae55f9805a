public import Events

/// What a conversation is to be; what is nil stays as it is.
public struct ConversationDraft: Hashable, Sendable {
    public var friendlyName: String?
    public var uniqueName: String?
    /// Replaces the whole document.
    public var attributes: TwilioAttributes?
    public var state: ConversationState?
    public var messagingServiceSID: String?
    /// ISO 8601 durations: at least a minute, and ten minutes.
    public var timersInactive: String?
    public var timersClosed: String?
    public var dateCreated: Timestamp?
    public var dateUpdated: Timestamp?

    public init(
        friendlyName: String? = nil, uniqueName: String? = nil, attributes: TwilioAttributes? = nil,
        state: ConversationState? = nil, messagingServiceSID: String? = nil, timersInactive: String? = nil,
        timersClosed: String? = nil, dateCreated: Timestamp? = nil, dateUpdated: Timestamp? = nil
    ) {
        self.friendlyName = friendlyName
        self.uniqueName = uniqueName
        self.attributes = attributes
        self.state = state
        self.messagingServiceSID = messagingServiceSID
        self.timersInactive = timersInactive
        self.timersClosed = timersClosed
        self.dateCreated = dateCreated
        self.dateUpdated = dateUpdated
    }

    var form: Form {
        .with {
            $0.add("FriendlyName", friendlyName)
            $0.add("UniqueName", uniqueName)
            $0.add("Attributes", attributes)
            $0.add("State", state?.text)
            $0.add("MessagingServiceSid", messagingServiceSID)
            $0.add("Timers.Inactive", timersInactive)
            $0.add("Timers.Closed", timersClosed)
            $0.add("DateCreated", dateCreated)
            $0.add("DateUpdated", dateUpdated)
        }
    }
}
