import Events

/// Something that a contact wants settled.
struct CRMCase: Hashable, Sendable {
    enum Status: String, Hashable, Sendable, CaseIterable {
        case open, waiting, closed
    }

    let id: String
    /// What people call it: `CS-1001`.
    let number: String
    var contactID: String?
    var title: String
    var description = ""
    var status = Status.open
    let createdAt: Timestamp
    var updatedAt: Timestamp
}

/// One interaction that the call centre has logged, as it wrote it.
struct CRMActivity: Sendable {
    /// Given by who writes it, so that writing it twice makes one.
    let id: String
    var contactID: String?
    var agent: String?
    var revision: Int
    /// The document as it came.
    var document: JSONValue
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// Bytes of a document at most.
    static let maxBytes = 256 << 10
}

extension JSONFields {
    mutating func members(of item: CRMCase) {
        text("id", item.id)
        text("sid", item.id)
        text("entity", "case")
        text("number", item.number)
        text("contact_id", item.contactID)
        text("title", item.title)
        text("description", item.description)
        text("status", item.status.rawValue)
        text("url", "/crm/#case/\(item.id)")
        number("createdTs", Int(item.createdAt.unixNanoseconds / 1_000_000))
        text("date_created", item.createdAt.withMilliseconds)
        text("date_updated", item.updatedAt.withMilliseconds)
    }

    mutating func members(of activity: CRMActivity) {
        text("id", activity.id)
        text("sid", activity.id)
        text("entity", "activity")
        text("contact_id", activity.contactID)
        text("agent", activity.agent)
        number("revision", activity.revision)
        value("log", activity.document)
        text("date_created", activity.createdAt.withMilliseconds)
        text("date_updated", activity.updatedAt.withMilliseconds)
    }
}
