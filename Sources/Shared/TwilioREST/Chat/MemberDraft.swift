public import Events

/// Who is to be in a channel; what is nil stays as it is.
public struct MemberDraft: Hashable, Sendable {
    /// As the project spells it.
    public var identity: String?
    /// Replaces the whole document.
    public var attributes: TwilioAttributes?
    public var roleSID: RoleSID?
    public var lastConsumedMessageIndex: Int?
    public var lastConsumptionTimestamp: Timestamp?
    public var dateCreated: Timestamp?
    public var dateUpdated: Timestamp?

    public init(
        identity: String? = nil, attributes: TwilioAttributes? = nil, roleSID: RoleSID? = nil,
        lastConsumedMessageIndex: Int? = nil, lastConsumptionTimestamp: Timestamp? = nil,
        dateCreated: Timestamp? = nil, dateUpdated: Timestamp? = nil
    ) {
        self.identity = identity
        self.attributes = attributes
        self.roleSID = roleSID
        self.lastConsumedMessageIndex = lastConsumedMessageIndex
        self.lastConsumptionTimestamp = lastConsumptionTimestamp
        self.dateCreated = dateCreated
        self.dateUpdated = dateUpdated
    }

    var form: Form {
        .with {
            $0.add("Identity", identity)
            $0.add("Attributes", attributes)
            $0.add("RoleSid", roleSID)
            $0.add("LastConsumedMessageIndex", lastConsumedMessageIndex)
            $0.add("LastConsumptionTimestamp", lastConsumptionTimestamp)
            $0.add("DateCreated", dateCreated)
            $0.add("DateUpdated", dateUpdated)
        }
    }
}
