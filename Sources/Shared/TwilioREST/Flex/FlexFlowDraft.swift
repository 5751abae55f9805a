public import Events

/// A flow of the old dialect to be made.
public struct FlexFlowDraft: Hashable, Sendable {
    public var friendlyName: String
    public var chatServiceSID: ChatServiceSID
    /// `web`, `sms`, `whatsapp`, `facebook`, `line` or `custom`.
    public var channelType: String
    public var contactIdentity: String?
    public var isEnabled: Bool?
    /// `studio`, `external` or `task`, with what belongs to it.
    public var integrationType: String?
    public var workspaceSID: WorkspaceSID?
    public var workflowSID: WorkflowSID?
    public var taskChannel: String?
    public var isLongLived: Bool?
    public var hasJanitor: Bool?

    public init(
        friendlyName: String, chatServiceSID: ChatServiceSID, channelType: String, contactIdentity: String? = nil,
        isEnabled: Bool? = nil, integrationType: String? = nil, workspaceSID: WorkspaceSID? = nil,
        workflowSID: WorkflowSID? = nil, taskChannel: String? = nil, isLongLived: Bool? = nil, hasJanitor: Bool? = nil
    ) {
        self.friendlyName = friendlyName
        self.chatServiceSID = chatServiceSID
        self.channelType = channelType
        self.contactIdentity = contactIdentity
        self.isEnabled = isEnabled
        self.integrationType = integrationType
        self.workspaceSID = workspaceSID
        self.workflowSID = workflowSID
        self.taskChannel = taskChannel
        self.isLongLived = isLongLived
        self.hasJanitor = hasJanitor
    }

    var form: Form {
        .with {
            $0.add("FriendlyName", friendlyName)
            $0.add("ChatServiceSid", chatServiceSID)
            $0.add("ChannelType", channelType)
            $0.add("ContactIdentity", contactIdentity)
            $0.add("Enabled", isEnabled)
            $0.add("IntegrationType", integrationType)
            $0.add("Integration.WorkspaceSid", workspaceSID)
            $0.add("Integration.WorkflowSid", workflowSID)
            $0.add("Integration.Channel", taskChannel)
            $0.add("LongLived", isLongLived)
            $0.add("JanitorEnabled", hasJanitor)
        }
    }
}
