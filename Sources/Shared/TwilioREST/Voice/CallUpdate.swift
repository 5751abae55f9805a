/// What is to change about a live call.
public struct CallUpdate: Hashable, Sendable {
    /// `canceled` before it is answered, or `completed`.
    public var status: String?
    public var url: String?
    public var twiml: String?

    public init(status: String? = nil, url: String? = nil, twiml: String? = nil) {
        self.status = status
        self.url = url
        self.twiml = twiml
    }

    /// Hangs up.
    public static let hangUp = CallUpdate(status: "completed")

    var form: Form {
        .with {
            $0.add("Status", status)
            $0.add("Url", url)
            $0.add("Twiml", twiml)
        }
    }
}
