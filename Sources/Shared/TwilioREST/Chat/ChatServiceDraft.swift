/// What a chat service's webhooks are to be; what is nil stays as it is.
public struct ChatServiceDraft: Hashable, Sendable {
    public var preWebhookURL: String?
    public var postWebhookURL: String?
    public var webhookMethod: String?
    public var webhookFilters: [String]?
    public var preWebhookRetryCount: Int?
    public var postWebhookRetryCount: Int?

    public init(
        preWebhookURL: String? = nil, postWebhookURL: String? = nil, webhookMethod: String? = nil,
        webhookFilters: [String]? = nil, preWebhookRetryCount: Int? = nil, postWebhookRetryCount: Int? = nil
    ) {
        self.preWebhookURL = preWebhookURL
        self.postWebhookURL = postWebhookURL
        self.webhookMethod = webhookMethod
        self.webhookFilters = webhookFilters
        self.preWebhookRetryCount = preWebhookRetryCount
        self.postWebhookRetryCount = postWebhookRetryCount
    }

    var form: Form {
        .with {
            $0.add("PreWebhookUrl", preWebhookURL)
            $0.add("PostWebhookUrl", postWebhookURL)
            $0.add("WebhookMethod", webhookMethod)
            $0.add("WebhookFilters", webhookFilters)
            $0.add("PreWebhookRetryCount", preWebhookRetryCount)
            $0.add("PostWebhookRetryCount", postWebhookRetryCount)
        }
    }
}
