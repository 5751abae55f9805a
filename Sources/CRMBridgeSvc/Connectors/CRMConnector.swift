/// One CRM: where contacts are found, cases opened and activities written.
///
/// What it finds are candidates: which of them match is decided by ``MatchRanking``, the same for every CRM. Every write
/// has a key of ours and may be repeated with it; repeating changes nothing that the first time did. Each call ends
/// within the connector's own time limit. What every connector must do is written down in `ConnectorKit` of the tests.
protocol CRMConnector: Sendable {
    /// `builtin`, `http`, …: for people, metrics and health.
    var name: String { get }
    var capabilities: ConnectorCapabilities { get }

    /// Contacts that may be the one asked for, as many as `limit`; superfluous ones do no harm.
    func candidates(_ wanted: WantedContact, limit: Int) async throws(CRMError) -> Candidates
    /// One contact by its id.
    /// - Throws: ``CRMError/notFound``.
    func open(_ id: String) async throws(CRMError) -> Contact
    /// One case by its id, as the record that a screen pop shows.
    /// - Throws: ``CRMError/notFound``; ``CRMError/unsupported`` where cases are not known by ids.
    func openCase(_ id: String) async throws(CRMError) -> CRMRecord
    /// Makes a contact, once per `key`.
    func create(_ draft: ContactDraft, key: String) async throws(CRMError) -> CreatedRecord
    /// Contacts whose name or address has the words of `text`, page by page, in a stable order.
    func search(_ text: String, cursor: String?, limit: Int) async throws(CRMError) -> ContactPage

    /// Writes the record of an interaction under ``ActivityLog/activityID``; a later revision replaces an earlier one, in
    /// a CRM that can.
    ///
    /// A repeat may have been written already, with the answer lost; so may any other that an operator brings back.
    func log(_ log: ActivityLog, isRepeat: Bool) async throws(CRMError) -> ActivityReference

    /// Cases of a contact, the newest first.
    func cases(of contact: String, limit: Int) async throws(CRMError) -> [CRMCase]
    /// Opens a case, once per `key`.
    func createCase(_ draft: CaseDraft, key: String) async throws(CRMError) -> CreatedRecord

    /// Asks the CRM whether it is there.
    func check() async throws(CRMError)
}

extension CRMConnector {
    func openCase(_ id: String) async throws(CRMError) -> CRMRecord { throw .unsupported }

    /// The contacts that match, best first; one that is named by its id is asked for by nothing else.
    func find(_ query: ContactQuery, limit: Int) async throws(CRMError) -> ContactMatches {
        if let id = query.caseID {
            do throws(CRMError) {
                let record = try await openCase(id)
                return ContactMatches(
                    matches: [ContactMatch(record: record, matchedOn: .id, score: ContactMatch.Ground.id.score)])
            } catch {
                guard error == .notFound || error == .unsupported else { throw error }
            }
        }
        if let id = query.id, capabilities.contains(.open) {
            do throws(CRMError) {
                let contact = try await open(id)
                return ContactMatches(matches: [contact.match(.id)])
            } catch {
                guard error == .notFound else { throw error }
            }
        }
        let wanted = WantedContact(query)
        guard !wanted.isEmpty else { return ContactMatches() }
        return MatchRanking.rank(try await candidates(wanted, limit: limit), wanted, limit: limit)
    }
}

/// What a CRM can do; what is missing is not offered.
struct ConnectorCapabilities: OptionSet, Hashable, Sendable {
    let rawValue: Int

    static let findByPhone = ConnectorCapabilities(rawValue: 1)
    static let findByEmail = ConnectorCapabilities(rawValue: 2)
    static let search = ConnectorCapabilities(rawValue: 4)
    static let open = ConnectorCapabilities(rawValue: 8)
    static let createContacts = ConnectorCapabilities(rawValue: 16)
    static let log = ConnectorCapabilities(rawValue: 32)
    static let cases = ConnectorCapabilities(rawValue: 64)
    static let createCases = ConnectorCapabilities(rawValue: 128)
    static let all = ConnectorCapabilities(rawValue: 255)
    /// Cases take a product, a subject and columns of the CRM's own.
    static let caseColumns = ConnectorCapabilities(rawValue: 256)
}

/// Contacts from a CRM before they are compared.
struct Candidates: Hashable, Sendable {
    var contacts: [Contact] = []
    /// Whether the CRM has more that it did not give.
    var isTruncated = false
}

/// One page of a search.
struct ContactPage: Hashable, Sendable {
    var contacts: [Contact] = []
    /// Where the next page begins; nil after the last one.
    var next: String?
}

/// What a creation made, or had made before.
struct CreatedRecord: Hashable, Sendable {
    var record: CRMRecord
    /// Whether the same key had made it before.
    var isDuplicate = false
    /// What people call it, where the CRM numbers it: `CAS-01234`.
    var number: String?
}

/// An activity in the CRM.
struct ActivityReference: Hashable, Sendable {
    var entity = "activity"
    var id: String
}
