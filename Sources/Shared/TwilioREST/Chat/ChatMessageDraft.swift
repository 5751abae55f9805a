public import Events

/// What a message is to be; what is nil is left out.
public struct ChatMessageDraft: Hashable, Sendable {
    /// An identity as the project spells it, or `system`, which is the provider's default.
    public var from: String?
    public var body: String?
    public var attributes: TwilioAttributes?
    public var mediaSID: MediaSID?
    public var dateCreated: Timestamp?
    public var dateUpdated: Timestamp?
    public var lastUpdatedBy: String?

    public init(
        from: String? = nil, body: String? = nil, attributes: TwilioAttributes? = nil, mediaSID: MediaSID? = nil,
        dateCreated: Timestamp? = nil, dateUpdated: Timestamp? = nil, lastUpdatedBy: String? = nil
    ) {
        self.from = from
        self.body = body
        self.attributes = attributes
        self.mediaSID = mediaSID
        self.dateCreated = dateCreated
        self.dateUpdated = dateUpdated
        self.lastUpdatedBy = lastUpdatedBy
    }

    var form: Form {
        .with {
            $0.add("From", from)
            $0.add("Body", body)
            $0.add("Attributes", attributes)
            $0.add("MediaSid", mediaSID)
            $0.add("DateCreated", dateCreated)
            $0.add("DateUpdated", dateUpdated)
            $0.add("LastUpdatedBy", lastUpdatedBy)
        }
    }
}
