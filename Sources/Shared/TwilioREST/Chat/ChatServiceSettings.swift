public import Events

/// A chat service with its webhooks.
public struct ChatServiceSettings: Hashable, Sendable, TwilioResource {
    public let sid: ChatServiceSID
    public let friendlyName: String?
    public let preWebhookURL: String?
    public let postWebhookURL: String?
    public let webhookMethod: String?
    public let webhookFilters: [String]
    /// How often a delivery is repeated, 0 by default.
    public let preWebhookRetryCount: Int?
    public let postWebhookRetryCount: Int?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        friendlyName = fields.optionalText("friendly_name")
        preWebhookURL = fields.optionalText("pre_webhook_url")
        postWebhookURL = fields.optionalText("post_webhook_url")
        webhookMethod = fields.optionalText("webhook_method")
        webhookFilters = fields.texts("webhook_filters")
        preWebhookRetryCount = fields.optionalInteger("pre_webhook_retry_count")
        postWebhookRetryCount = fields.optionalInteger("post_webhook_retry_count")
    }
}
