/// A service on the bus that answers a part of the REST API.
enum ApiService: String, CaseIterable, Sendable {
    case extensions = "extensions.api"
    case crm = "crm.api"

    /// Which process serves it, for people whose request nobody answers.
    var process: String {
        switch self {
        case .extensions: "patchbay-extensions"
        case .crm: "patchbay-crm"
        }
    }
}
