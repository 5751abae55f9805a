public import Events

/// Who is to be in a conversation: an identity, or an address with the one we speak from.
public struct ParticipantDraft: Hashable, Sendable {
    /// As the project spells it.
    public var identity: String?
    /// The person's number or address: `+34…`, `whatsapp:+34…`.
    public var address: String?
    /// Ours.
    public var proxyAddress: String?
    /// Ours in a group of numbers.
    public var projectedAddress: String?
    /// Replaces the whole document.
    public var attributes: TwilioAttributes?
    public var roleSID: RoleSID?
    /// How far they have read; only of those who are there.
    public var lastReadMessageIndex: Int?
    public var lastReadTimestamp: String?
    public var dateCreated: Timestamp?
    public var dateUpdated: Timestamp?

    public init(
        identity: String? = nil, address: String? = nil, proxyAddress: String? = nil, projectedAddress: String? = nil,
        attributes: TwilioAttributes? = nil, roleSID: RoleSID? = nil, lastReadMessageIndex: Int? = nil,
        lastReadTimestamp: String? = nil, dateCreated: Timestamp? = nil, dateUpdated: Timestamp? = nil
    ) {
        self.identity = identity
        self.address = address
        self.proxyAddress = proxyAddress
        self.projectedAddress = projectedAddress
        self.attributes = attributes
        self.roleSID = roleSID
        self.lastReadMessageIndex = lastReadMessageIndex
        self.lastReadTimestamp = lastReadTimestamp
        self.dateCreated = dateCreated
        self.dateUpdated = dateUpdated
    }

    var form: Form {
        .with {
            $0.add("Identity", identity)
            $0.add("MessagingBinding.Address", address)
            $0.add("MessagingBinding.ProxyAddress", proxyAddress)
            $0.add("MessagingBinding.ProjectedAddress", projectedAddress)
            $0.add("Attributes", attributes)
            $0.add("RoleSid", roleSID)
            $0.add("LastReadMessageIndex", lastReadMessageIndex)
            $0.add("LastReadTimestamp", lastReadTimestamp)
            $0.add("DateCreated", dateCreated)
            $0.add("DateUpdated", dateUpdated)
        }
    }

    /// As `Participant` of a conversation that is made together with them.
    var document: JSONObject {
        var document = JSONObject()
        document["identity"] = identity.map { .string($0) }
        var binding = JSONObject()
        binding["address"] = address.map { .string($0) }
        binding["proxy_address"] = proxyAddress.map { .string($0) }
        binding["projected_address"] = projectedAddress.map { .string($0) }
        if !binding.isEmpty { document["messaging_binding"] = .object(binding) }
        document["attributes"] = attributes.map { .string($0.text) }
        document["role_sid"] = roleSID.map { .string($0.text) }
        return document
    }
}
