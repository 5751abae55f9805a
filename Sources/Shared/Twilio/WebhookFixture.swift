import Events

/// A realistic, complete webhook as the provider would send it, for `patchbay trigger`, the sandbox and tests.
public struct WebhookFixture: Sendable {
    /// The product that sends it.
    public let family: WebhookFamily
    /// The provider's name of the event.
    public let eventName: String
    /// Names and values, in the order sent.
    public private(set) var parameters: [(name: String, value: String)]
    /// What the provider sends as `I-Twilio-Idempotency-Token`.
    public let deliveryToken: String

    /// The body of the request, `application/x-www-form-urlencoded`.
    public var body: [UInt8] { form.encoded }

    /// The parameters, as a receiver would decode them.
    public var form: FormParameters {
        FormParameters(parameters.lazy.map { ($0.name, $0.value) })
    }

    /// The value of `X-Twilio-Signature` for this webhook.
    ///
    /// - Parameters:
    ///   - url: The whole public URL it is posted to.
    ///   - token: The account's auth token, as UTF-8.
    /// - Returns: Base64 text.
    public func signature(url: String, token: [UInt8]) -> String {
        WebhookSignature(tokens: [token]).header(url: url, form: form) ?? ""
    }

    /// The same webhook with other values; parameters that it lacks are added.
    ///
    /// - Parameter values: Values by the provider's parameter names; nil removes the parameter.
    /// - Returns: The changed webhook.
    public func setting(_ values: [String: String?]) -> WebhookFixture {
        var copy = self
        copy.parameters.removeAll { values.keys.contains($0.name) }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            if let value { copy.parameters.append((name, value)) }
        }
        return copy
    }

    init(family: WebhookFamily, eventName: String, parameters: [(String, String)], deliveryToken: String) {
        self.family = family
        self.eventName = eventName
        self.parameters = parameters.map { (name: $0.0, value: $0.1) }
        self.deliveryToken = deliveryToken
    }
}
