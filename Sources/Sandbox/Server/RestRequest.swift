import Events
import Twilio

/// One request as the routes see it: already authenticated, its parameters decoded.
struct RestRequest: Sendable {
    /// Longest body, in bytes; media are the largest.
    static let maxBodyBytes = 16 << 20

    var method: RestMethod
    /// The path without the query, such as `/api/conversations/v1/Conversations/CH…`.
    var path: String
    /// What the pattern of the route captured, by name.
    var captures: [(name: String, value: String)] = []
    var query: FormParameters
    /// The parameters of a form body, or the members of a JSON object (see `FormParameters(json:)`).
    var form: FormParameters
    /// The body as received.
    var body: [UInt8] = []
    var contentType = ""
    /// `X-Twilio-Webhook-Enabled: true`: the change is to fire webhooks although it came by REST.
    var echoesWebhooks = false
    /// `If-Match`.
    var ifMatch: String?
    /// Scheme, host and prefix before the product's own path: `http://127.0.0.1:8090/api/conversations`.
    var baseURL = ""

    /// A capture of the route's pattern; a name that the pattern lacks is a mistake in the route.
    subscript(name: String) -> String {
        for capture in captures where capture.name == name { return capture.value }
        preconditionFailure("the route of \(path) captures no '\(name)'")
    }

    /// The path below the product with scheme and host: what `url` and links begin with.
    var url: String {
        guard let product = baseURL.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        let prefix = "/api" + baseURL[product...]
        return path.hasPrefix(prefix) ? baseURL + path.dropFirst(prefix.count) : baseURL + path
    }

    /// A parameter of the body, else of the query.
    func text(_ name: String) -> String? { form.first(name) ?? query.first(name) }

    /// A parameter that must be there.
    func required(_ name: String) throws(TwilioProblem) -> String {
        guard let value = text(name), !value.isEmpty else { throw .missing(name) }
        return value
    }

    /// Every value of a repeated parameter.
    func all(_ name: String) -> [String] {
        let values = form.all(name)
        return values.isEmpty ? query.all(name) : values
    }

    /// `true` or `false`; nil when absent.
    func bool(_ name: String) throws(TwilioProblem) -> Bool? {
        switch text(name)?.lowercased() {
        case nil: nil
        case "true": true
        case "false": false
        default: throw .invalid(name, "it is 'true' or 'false'")
        }
    }

    /// A whole number within a range; nil when absent.
    func int(_ name: String, in range: ClosedRange<Int>) throws(TwilioProblem) -> Int? {
        guard let value = text(name) else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw .invalid(name, "it is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// An ISO 8601 time; nil when absent.
    func date(_ name: String) throws(TwilioProblem) -> Timestamp? {
        guard let value = text(name) else { return nil }
        guard let time = try? Timestamp(rfc3339: value) else { throw .invalid(name, "it is an ISO 8601 time") }
        return time
    }

    /// A JSON text, kept as it was sent; nil when absent.
    func json(_ name: String) throws(TwilioProblem) -> String? {
        guard let value = text(name) else { return nil }
        guard (try? JSONText.check(value.utf8)) != nil else { throw .invalid(name, "it is a JSON text") }
        return value
    }

    /// The body as a JSON value, for the few calls that take one.
    func jsonBody() throws(TwilioProblem) -> JSONValue {
        guard let value = try? JSONValue(parsing: body) else { throw .invalid("body", "it is a JSON text") }
        return value
    }
}
