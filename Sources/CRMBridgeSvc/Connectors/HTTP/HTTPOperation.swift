import Hosting

/// One thing that the CRM can be asked for, as configured.
struct HTTPOperation: Sendable {
    /// The operations, by their names in the configuration.
    enum Name: String, CaseIterable, Hashable, Sendable {
        case findByPhone = "find_by_phone"
        case findByEmail = "find_by_email"
        case search, open
        case createContact = "create_contact"
        case log
        case findLog = "find_log"
        case cases
        case createCase = "create_case"
        case health

        /// The places that its request may have.
        var places: Set<String> {
            switch self {
            case .findByPhone: ["phone", "phone_digits", "phone_national", "phone_suffix", "limit"]
            case .findByEmail: ["email", "limit"]
            case .search: ["text", "cursor", "limit"]
            case .open: ["id"]
            case .createContact: ["key", "name", "phone", "phones", "email", "emails", "detail"]
            case .log:
                [
                    "activityId", "log", "interactionId", "revision", "agentId", "channel", "direction", "from", "to",
                    "startedTs", "endedTs", "ringMs", "talkMs", "holdMs", "wrapMs", "outcome", "dispositionCode",
                    "notes",
                    "queue", "customerName", "contactId", "contactEntity", "started", "ended", "isOutbound",
                ]
            case .findLog: ["activityId"]
            case .cases: ["contact", "limit"]
            case .createCase: ["key", "contact", "title", "description"]
            case .health: []
            }
        }

        var capability: ConnectorCapabilities {
            switch self {
            case .findByPhone: .findByPhone
            case .findByEmail: .findByEmail
            case .search: .search
            case .open: .open
            case .createContact: .createContacts
            case .log: .log
            case .cases: .cases
            case .createCase: .createCases
            case .findLog, .health: []
            }
        }
    }

    let request: RequestTemplate
    /// Where the record, or the list of records, lies in the answer.
    let items: JSONPath
    /// Where the next page's cursor lies.
    let next: JSONPath?
}
