/// A service on the bus that answers a part of the REST API.
enum ApiService: String, CaseIterable, Sendable {
    case extensions = "extensions.api"
    case crm = "crm.api"
    /// What asks the CRM, apart from the calls: it may be slow.
    case contacts = "crm.contacts"

    /// Which process serves it, for people whose request nobody answers.
    var process: String {
        switch self {
        case .extensions: "patchbay-extensions"
        case .crm, .contacts: "patchbay-crm"
        }
    }
}
