/// The methods that the provider's API knows.
public enum HTTPVerb: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
}
