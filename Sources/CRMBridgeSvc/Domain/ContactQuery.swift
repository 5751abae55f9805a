/// Who is looked for in the CRM: what is known of a customer.
struct ContactQuery: Hashable, Sendable {
    /// E.164 where it could be read, else as it came.
    var phone: String?
    /// ISO 3166: whose rules apply to a number without a country code.
    var region: String?
    var email: String?
    var name: String?
    /// A record's id, as task attributes may carry it.
    var id: String?
    /// A case's id, as task attributes may carry it: shown rather than the contact.
    var caseID: String?

    var isEmpty: Bool { phone == nil && email == nil && name == nil && id == nil && caseID == nil }
}

/// What a search for a contact found.
struct ContactMatches: Hashable, Sendable {
    /// The best first.
    var matches: [ContactMatch] = []
    /// Whether there are more.
    var isTruncated = false
    /// Whether the CRM could not be asked; then the matches mean nothing.
    var isUnavailable = false
}

/// Finds contacts through the configured connector; never throws, and answers within its own limit.
protocol ContactFinder: Sendable {
    func find(_ query: ContactQuery, limit: Int) async -> ContactMatches
}
