import Events

/// Why there is no token.
struct EntraProblem: Error {
    let status: Int
    let error: String
    let number: Int
    let message: String

    private init(_ status: Int, _ error: String, _ number: Int, _ message: String) {
        self.status = status
        self.error = error
        self.number = number
        self.message = message
    }

    static func missing(_ name: String) -> EntraProblem {
        EntraProblem(
            400, "invalid_request", 900_144, "The request body must contain the following parameter: '\(name)'.")
    }

    static func unknownTenant(_ tenant: String) -> EntraProblem {
        EntraProblem(
            400, "invalid_request", 90_002,
            "Tenant '\(tenant)' not found. Check to make sure you have the correct tenant ID and are signing into the "
                + "correct cloud.")
    }

    static func otherGrant(_ grant: String) -> EntraProblem {
        EntraProblem(400, "unsupported_grant_type", 70_003, "The app requested an unsupported grant type '\(grant)'.")
    }

    static func unknownClient(_ client: String) -> EntraProblem {
        EntraProblem(
            400, "unauthorized_client", 700_016,
            "Application with identifier '\(client)' was not found in the directory.")
    }

    static func wrongSecret(_ client: String) -> EntraProblem {
        EntraProblem(
            401, "invalid_client", 7_000_215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
                + "the client secret ID, for a secret added to app '\(client)'.")
    }

    static let noSecret = EntraProblem(
        401, "invalid_client", 7_000_216,
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")

    /// The Sandbox checks no signatures of applications.
    static let noAssertions = EntraProblem(
        401, "invalid_client", 700_027, "The Sandbox knows no certificates of applications; bring a client_secret.")

    static let wrongPassword = EntraProblem(
        400, "invalid_grant", 50_126, "Error validating credentials due to invalid username or password.")

    static func wrongScope(_ scope: String) -> EntraProblem {
        EntraProblem(
            400, "invalid_scope", 1_002_012,
            "The provided value for scope \(scope) is not valid. Client credential flows must have a scope value with "
                + "/.default suffixed to the resource identifier (application ID URI).")
    }

    static func unknownResource(_ resource: String) -> EntraProblem {
        EntraProblem(
            400, "invalid_resource", 500_011, "The resource principal named \(resource) was not found in the tenant.")
    }

    static let tooMany = EntraProblem(429, "temporarily_unavailable", 90_055, "There were too many requests.")
    static let away = EntraProblem(
        503, "temporarily_unavailable", 90_033, "A transient error has occurred. Please try again.")

    /// What a fault makes of a request.
    static func fault(_ status: Int) -> EntraProblem {
        switch status {
        case 429: tooMany
        case 503: away
        default: EntraProblem(status, "server_error", 90_000, "The Sandbox was told to fail.")
        }
    }

    func answer(now: Timestamp, retryAfter: Int? = nil) -> RestAnswer {
        var random = SystemRandomNumberGenerator()
        let (trace, correlation) = (GUID.random(using: &random).text, GUID.random(using: &random).text)
        let time = now.wholeSeconds.rfc3339.replacing("T", with: " ")
        var answer = RestAnswer.object(status) { json in
            json.text("error", error)
            json.text(
                "error_description",
                "AADSTS\(number): \(message) Trace ID: \(trace) Correlation ID: \(correlation) Timestamp: \(time)")
            json.value("error_codes", [.number(JSONNumber(number))])
            json.text("timestamp", time)
            json.text("trace_id", trace)
            json.text("correlation_id", correlation)
        }
        if let retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
        return answer
    }
}
