import HTTPTypes

/// What a flow asks about customers: the paths of the Dynamics sample, and the same below `/v1/` for a signed request.
enum StudioRoute: String, CaseIterable, Sendable {
    case findContact = "/findContactByPhoneNum"
    case createCase = "/createCase"
    /// `?phone=`.
    case contacts = "/v1/crm/contacts"
    case cases = "/v1/crm/cases"

    /// The paths that are a flow's alone.
    static let samples: [StudioRoute] = [.findContact, .createCase]

    /// The route of a request; nil when it is none, or comes with a token: those paths belong to agents too.
    init?(path: String, method: HTTPRequest.Method, headers: HTTPFields) {
        guard let route = StudioRoute(rawValue: path) else { return nil }
        if !Self.samples.contains(route) {
            guard headers[.twilioSignature] != nil, headers[.authorization] == nil, method == route.method else {
                return nil
            }
        }
        self = route
    }

    var method: HTTPRequest.Method { self == .contacts ? .get : .post }
    var isLookup: Bool { self == .findContact || self == .contacts }
    /// The path that the service answers.
    var servicePath: String { isLookup ? "/v1/studio/contacts" : "/v1/studio/cases" }
}
