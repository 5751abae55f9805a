internal import Events

/// Where a project's webhooks go; in an update nil leaves a value as it is and an empty text clears it.
public struct WebhookConfiguration: Hashable, Sendable, TwilioResource {
    public var preWebhookURL: String?
    public var postWebhookURL: String?
    /// `GET` or `POST`.
    public var method: String?
    /// Event names, such as `onMessageAdded`.
    public var filters: [String]?
    /// `webhook` or `flex`; only of the whole account.
    public var target: String?

    public init(
        preWebhookURL: String? = nil, postWebhookURL: String? = nil, method: String? = nil, filters: [String]? = nil,
        target: String? = nil
    ) {
        self.preWebhookURL = preWebhookURL
        self.postWebhookURL = postWebhookURL
        self.method = method
        self.filters = filters
        self.target = target
    }

    init(_ fields: Fields) throws(FieldError) {
        preWebhookURL = fields.optionalText("pre_webhook_url")
        postWebhookURL = fields.optionalText("post_webhook_url")
        method = fields.optionalText("method")
        filters = fields["filters"]?.array?.compactMap(\.string)
        target = fields.optionalText("target")
    }

    var form: Form {
        .with {
            $0.add("PreWebhookUrl", preWebhookURL)
            $0.add("PostWebhookUrl", postWebhookURL)
            $0.add("Method", method)
            $0.add("Filters", filters)
            $0.add("Target", target)
        }
    }
}
