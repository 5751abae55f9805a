/// A webhook that one conversation or channel is to have: at most five.
public struct ScopedWebhookDraft: Hashable, Sendable {
    /// `webhook`, `trigger` or `studio`.
    public var target: String
    public var url: String?
    public var method: String?
    public var filters: [String]?
    public var triggers: [String]?
    public var flowSID: String?
    /// Conversations: events after this message index are sent again.
    public var replayAfter: Int?
    /// Chat: how often to repeat.
    public var retryCount: Int?

    public init(
        target: String = "webhook", url: String? = nil, method: String? = nil, filters: [String]? = nil,
        triggers: [String]? = nil, flowSID: String? = nil, replayAfter: Int? = nil, retryCount: Int? = nil
    ) {
        self.target = target
        self.url = url
        self.method = method
        self.filters = filters
        self.triggers = triggers
        self.flowSID = flowSID
        self.replayAfter = replayAfter
        self.retryCount = retryCount
    }

    /// As parameters; `name` is `Target` in Conversations and `Type` in Chat.
    func form(target name: String) -> Form {
        .with {
            $0.add(name, target)
            $0.add("Configuration.Url", url)
            $0.add("Configuration.Method", method)
            $0.add("Configuration.Filters", filters)
            $0.add("Configuration.Triggers", triggers)
            $0.add("Configuration.FlowSid", flowSID)
            $0.add("Configuration.ReplayAfter", replayAfter)
            $0.add("Configuration.RetryCount", retryCount)
        }
    }
}
