public import Events

/// A Flex channel of the old dialect to be made.
public struct FlexChannelDraft: Hashable, Sendable {
    public var flexFlowSID: String
    public var identity: String
    public var chatUserFriendlyName: String
    public var chatFriendlyName: String
    /// The customer's number or address.
    public var target: String?
    public var chatUniqueName: String?
    public var preEngagementData: JSONObject?
    public var taskSID: TaskSID?
    public var taskAttributes: TwilioAttributes?
    public var isLongLived: Bool?

    public init(
        flexFlowSID: String, identity: String, chatUserFriendlyName: String, chatFriendlyName: String,
        target: String? = nil, chatUniqueName: String? = nil, preEngagementData: JSONObject? = nil,
        taskSID: TaskSID? = nil, taskAttributes: TwilioAttributes? = nil, isLongLived: Bool? = nil
    ) {
        self.flexFlowSID = flexFlowSID
        self.identity = identity
        self.chatUserFriendlyName = chatUserFriendlyName
        self.chatFriendlyName = chatFriendlyName
        self.target = target
        self.chatUniqueName = chatUniqueName
        self.preEngagementData = preEngagementData
        self.taskSID = taskSID
        self.taskAttributes = taskAttributes
        self.isLongLived = isLongLived
    }

    var form: Form {
        .with {
            $0.add("FlexFlowSid", flexFlowSID)
            $0.add("Identity", identity)
            $0.add("ChatUserFriendlyName", chatUserFriendlyName)
            $0.add("ChatFriendlyName", chatFriendlyName)
            $0.add("Target", target)
            $0.add("ChatUniqueName", chatUniqueName)
            $0.add("PreEngagementData", preEngagementData)
            $0.add("TaskSid", taskSID)
            $0.add("TaskAttributes", taskAttributes)
            $0.add("LongLived", isLongLived)
        }
    }
}
