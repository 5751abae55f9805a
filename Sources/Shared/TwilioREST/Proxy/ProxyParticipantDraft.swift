internal import Events

/// Who is to be in a masked conversation.
public struct ProxyParticipantDraft: Hashable, Sendable {
    /// Their number or chat channel.
    public var identifier: String
    /// The number of ours that they see.
    public var proxyIdentifier: String?
    public var friendlyName: String?

    public init(identifier: String, proxyIdentifier: String? = nil, friendlyName: String? = nil) {
        self.identifier = identifier
        self.proxyIdentifier = proxyIdentifier
        self.friendlyName = friendlyName
    }

    var form: Form {
        .with {
            $0.add("Identifier", identifier)
            $0.add("ProxyIdentifier", proxyIdentifier)
            $0.add("FriendlyName", friendlyName)
        }
    }

    /// As one of the `Participants` of a session that is made together with them.
    var document: JSONObject {
        var document = JSONObject([("Identifier", .string(identifier))])
        document["ProxyIdentifier"] = proxyIdentifier.map { .string($0) }
        document["FriendlyName"] = friendlyName.map { .string($0) }
        return document
    }
}
