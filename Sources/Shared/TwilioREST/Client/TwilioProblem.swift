/// What the provider said in an answer that is no success.
public struct TwilioProblem: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The provider's own code, such as 20404; nil when the answer is HTML, empty or without one.
    public var code: Int?
    /// The provider's sentence.
    ///
    /// It can quote phone numbers and names: it is in no description, log it nowhere.
    public var message: String?
    /// `Twilio-Request-Id`, which the provider's support asks for.
    public var requestID: String?
    public var product: TwilioProduct
    /// `GET`, `POST`, `PUT` or `DELETE`.
    public var method: String
    /// The path with its arguments left out: `/v1/Services/{}/Conversations/{}`.
    public var route: String

    public init(
        status: Int, code: Int? = nil, message: String? = nil, requestID: String? = nil, product: TwilioProduct,
        method: String, route: String
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.product = product
        self.method = method
        self.route = route
    }
}

extension TwilioProblem: CustomStringConvertible, CustomDebugStringConvertible {
    /// Status, code, route and request id; never the message.
    public var description: String {
        var text = "HTTP \(status)"
        if let code { text += ", code \(code) (https://www.twilio.com/docs/errors/\(code))" }
        text += ", \(method) \(product.rawValue)\(route)"
        if let requestID { text += ", request \(requestID)" }
        return text
    }

    public var debugDescription: String { description }
}
