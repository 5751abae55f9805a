import Events

/// Where a service's webhooks go.
struct WebhookConfiguration: Sendable {
    var preURL = ""
    var postURL = ""
    var method = RestMethod.post
    /// Event names; empty means all.
    var filters: [String] = []
    var target = "webhook"
    /// Programmable Chat only.
    var preRetries = 0
    var postRetries = 0

    func includes(_ event: String) -> Bool { filters.isEmpty || filters.contains(event) }
}

/// A webhook of one conversation.
struct ScopedWebhook: Sendable {
    let sid: String
    /// `webhook`, `trigger` or `studio`; only the first is ever called here.
    var target: String
    var url: String
    var method: RestMethod
    var filters: [String]
    var triggers: [String]
    var flowSID: String?
    var retries = 0
    let created: Timestamp
    var updated: Timestamp
}

/// A chat service with what is configured for it.
struct ChatService: Sendable {
    let sid: String
    var friendlyName: String
    let created: Timestamp
    var updated: Timestamp
    /// In the Conversations dialect.
    var webhook = WebhookConfiguration()
    /// In the Programmable Chat dialect.
    var chatWebhook = WebhookConfiguration()
    var roles: [ChatRole]
    var isReadStatusEnabled = true
    var isReachabilityEnabled = false
}

/// What someone in a service or a channel may do; nothing is checked against it.
struct ChatRole: Sendable {
    let sid: String
    let friendlyName: String
    /// `deployment` (service) or `channel`.
    let type: String
    let permissions: [String]
}

/// Someone with an identity, whether in a conversation or not.
struct ChatUser: Sendable {
    let sid: String
    let serviceSID: String
    let identity: String
    var friendlyName: String?
    var attributes = "{}"
    var roleSID: String
    var isOnline = false
    let created: Timestamp
    var updated: Timestamp
}

/// What happens when a message comes to a number from someone without a conversation.
struct AddressConfiguration: Sendable {
    let sid: String
    /// The channel: `sms`, `whatsapp`, `chat` and so on.
    let type: String
    /// `+…`, or `whatsapp:+…`.
    let address: String
    var friendlyName: String?
    var isEnabled = true
    /// `webhook`, `studio` or `default`.
    var creation = "default"
    var serviceSID: String?
    var webhookURL: String?
    var webhookMethod = RestMethod.post
    var webhookFilters: [String] = []
    var flowSID: String?
    var retries = 0
    let created: Timestamp
    var updated: Timestamp
}
