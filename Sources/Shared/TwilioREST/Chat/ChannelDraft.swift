public import Events

/// What a channel is to be; what is nil stays as it is.
public struct ChannelDraft: Hashable, Sendable {
    public var friendlyName: String?
    public var uniqueName: String?
    /// Replaces the whole document.
    public var attributes: TwilioAttributes?
    /// `private` or `public`; only when it is made.
    public var type: String?
    public var dateCreated: Timestamp?
    public var dateUpdated: Timestamp?
    public var createdBy: String?

    public init(
        friendlyName: String? = nil, uniqueName: String? = nil, attributes: TwilioAttributes? = nil,
        type: String? = nil, dateCreated: Timestamp? = nil, dateUpdated: Timestamp? = nil, createdBy: String? = nil
    ) {
        self.friendlyName = friendlyName
        self.uniqueName = uniqueName
        self.attributes = attributes
        self.type = type
        self.dateCreated = dateCreated
        self.dateUpdated = dateUpdated
        self.createdBy = createdBy
    }

    var form: Form {
        .with {
            $0.add("FriendlyName", friendlyName)
            $0.add("UniqueName", uniqueName)
            $0.add("Attributes", attributes)
            $0.add("Type", type)
            $0.add("DateCreated", dateCreated)
            $0.add("DateUpdated", dateUpdated)
            $0.add("CreatedBy", createdBy)
        }
    }
}
