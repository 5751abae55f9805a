internal import Events

/// How a participant without an identity is reached.
public struct MessagingBinding: Hashable, Sendable {
    /// `sms`, `whatsapp`, `chat` and so on.
    public let type: String?
    /// The person's number or address.
    public let address: String?
    /// Ours.
    public let proxyAddress: String?
    public let projectedAddress: String?

    init(_ fields: Fields) {
        type = fields.optionalText("type")
        address = fields.optionalText("address")
        proxyAddress = fields.optionalText("proxy_address")
        projectedAddress = fields.optionalText("projected_address")
    }
}

extension Fields {
    /// A binding; nil when there is none.
    func binding(_ name: String) -> MessagingBinding? {
        guard let object = self[name]?.object, !object.isEmpty else { return nil }
        return MessagingBinding(Fields(object))
    }
}
