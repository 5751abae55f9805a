public import Events

/// A web chat to begin.
public struct WebChatDraft: Hashable, Sendable {
    /// `IG…`, an address of the type `chat`.
    public var addressSID: String
    public var chatFriendlyName: String?
    public var customerFriendlyName: String?
    public var preEngagementData: JSONObject?
    public var identity: String?

    public init(
        addressSID: String, chatFriendlyName: String? = nil, customerFriendlyName: String? = nil,
        preEngagementData: JSONObject? = nil, identity: String? = nil
    ) {
        self.addressSID = addressSID
        self.chatFriendlyName = chatFriendlyName
        self.customerFriendlyName = customerFriendlyName
        self.preEngagementData = preEngagementData
        self.identity = identity
    }

    var form: Form {
        .with {
            $0.add("AddressSid", addressSID)
            $0.add("ChatFriendlyName", chatFriendlyName)
            $0.add("CustomerFriendlyName", customerFriendlyName)
            $0.add("PreEngagementData", preEngagementData)
            $0.add("Identity", identity)
        }
    }
}
