import Events

/// A refusal in Twilio's form: `{"code":…,"message":…,"more_info":…,"status":…}`.
struct TwilioProblem: Error, Hashable, Sendable {
    /// The HTTP status.
    let status: Int
    /// Twilio's error number; 0 stands as null.
    let code: Int
    let message: String
    /// Seconds for `Retry-After`.
    var retryAfter: Int?

    init(status: Int, code: Int, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// A limit of the Sandbox itself, which the provider does not have: 400, so that nobody tries again.
    static func full(_ what: String, _ limit: Int) -> TwilioProblem {
        TwilioProblem(
            status: 400, code: 20001,
            "\(limit) \(what): that is the Sandbox's limit. POST /sandbox/v1/reset begins again.")
    }

    /// Nothing is there: 404, 20404.
    static func notFound(_ what: String) -> TwilioProblem {
        TwilioProblem(status: 404, code: 20404, "The requested resource \(what) was not found")
    }

    /// A parameter is missing: 400, 20001.
    static func missing(_ parameter: String) -> TwilioProblem {
        TwilioProblem(status: 400, code: 20001, "Missing required parameter \(parameter) in the post body")
    }

    /// A parameter has a value that cannot be: 400, 20001.
    static func invalid(_ parameter: String, _ rule: String) -> TwilioProblem {
        TwilioProblem(status: 400, code: 20001, "Invalid parameter \(parameter): \(rule)")
    }

    /// Credentials are missing or wrong: 401, 20003.
    static let unauthorised = TwilioProblem(status: 401, code: 20003, "Authenticate")

    /// The resource changed since it was read: 412, 20412.
    static let preconditionFailed = TwilioProblem(status: 412, code: 20412, "Precondition Failed")

    /// The document that is sent.
    var answer: RestAnswer {
        var json = JSONFields(capacity: 160)
        if code == 0 { json.null("code") } else { json.number("code", code) }
        json.text("message", message)
        json.text("more_info", "https://www.twilio.com/docs/errors/\(code)")
        json.number("status", status)
        var answer = RestAnswer(status: status, json: json)
        if let retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
        return answer
    }
}
