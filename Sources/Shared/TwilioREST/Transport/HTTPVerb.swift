/// The methods of requests; the provider's API knows all but `PATCH`, which CRMs use.
public enum HTTPVerb: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}
