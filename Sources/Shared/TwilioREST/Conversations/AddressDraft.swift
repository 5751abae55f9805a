/// What a message to an address is to begin.
public struct AddressDraft: Hashable, Sendable {
    /// `sms`, `whatsapp`, `messenger`, `gbm`, `email`, `rcs`, `apple` or `chat`.
    public var type: String?
    public var address: String?
    public var friendlyName: String?
    public var isAutoCreationEnabled: Bool?
    /// `webhook`, `studio` or `default`.
    public var autoCreationType: String?
    public var serviceSID: String?
    public var webhookURL: String?
    public var webhookMethod: String?
    public var webhookFilters: [String]?
    public var studioFlowSID: String?
    public var studioRetryCount: Int?

    public init(
        type: String? = nil, address: String? = nil, friendlyName: String? = nil, isAutoCreationEnabled: Bool? = nil,
        autoCreationType: String? = nil, serviceSID: String? = nil, webhookURL: String? = nil,
        webhookMethod: String? = nil, webhookFilters: [String]? = nil, studioFlowSID: String? = nil,
        studioRetryCount: Int? = nil
    ) {
        self.type = type
        self.address = address
        self.friendlyName = friendlyName
        self.isAutoCreationEnabled = isAutoCreationEnabled
        self.autoCreationType = autoCreationType
        self.serviceSID = serviceSID
        self.webhookURL = webhookURL
        self.webhookMethod = webhookMethod
        self.webhookFilters = webhookFilters
        self.studioFlowSID = studioFlowSID
        self.studioRetryCount = studioRetryCount
    }

    var form: Form {
        .with {
            $0.add("Type", type)
            $0.add("Address", address)
            $0.add("FriendlyName", friendlyName)
            $0.add("AutoCreation.Enabled", isAutoCreationEnabled)
            $0.add("AutoCreation.Type", autoCreationType)
            $0.add("AutoCreation.ConversationServiceSid", serviceSID)
            $0.add("AutoCreation.WebhookUrl", webhookURL)
            $0.add("AutoCreation.WebhookMethod", webhookMethod)
            $0.add("AutoCreation.WebhookFilters", webhookFilters)
            $0.add("AutoCreation.StudioFlowSid", studioFlowSID)
            $0.add("AutoCreation.StudioRetryCount", studioRetryCount)
        }
    }
}
