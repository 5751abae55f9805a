import Events
import Hosting
import Logging
import Phone
import Synchronization
import TwilioREST

/// Dynamics 365 through the Web API of Dataverse.
///
/// Every write is a `PATCH` to a key of ours, so that repeating it changes nothing: `If-None-Match: *` makes the row and says
/// 412 when it is there. Nothing that came from outside stands in a path or query but keys and quoted, encoded literals.
struct DynamicsConnector: CRMConnector {
    let name = "dynamics"
    let capabilities: ConnectorCapabilities = [.all, .caseColumns]
    let settings: DynamicsSettings
    let client: DataverseClient
    let rows: DynamicsRows
    let cursors: SealedCursor
    let identities: any AgentIdentities
    let incidentTable: IncidentTable
    let logger: Logger

    init(
        settings: DynamicsSettings, home: Region?, client: DataverseClient, identities: any AgentIdentities,
        logger: Logger
    ) {
        self.settings = settings
        self.client = client
        self.identities = identities
        self.logger = logger
        rows = DynamicsRows(settings: settings, home: home)
        cursors = SealedCursor(secret: settings.clientSecret ?? settings.password ?? Secret(settings.clientID))
        incidentTable = IncidentTable(client: client)
    }

    func candidates(_ wanted: WantedContact, limit: Int) async throws(CRMError) -> Candidates {
        if let phone = wanted.phone {
            let found = try await byPhone(PhoneVariants(phone), wanted, limit)
            if !found.contacts.isEmpty { return found }
        }
        if let email = wanted.email {
            let columns = ["emailaddress1", "emailaddress2", "emailaddress3"]
            let query = ODataQuery(
                path: "contacts", select: settings.contactSearch.select + columns.dropFirst(),
                filter: .any(columns.map { .equals($0, email) }), top: limit + 1)
            let found = try await client.rows(query).rows.compactMap(rows.contact)
            if !found.isEmpty { return Candidates(contacts: found, isTruncated: found.count > limit) }
        }
        guard let name = wanted.name else { return Candidates() }
        let page = try await search(name, cursor: nil, limit: limit)
        return Candidates(contacts: page.contacts, isTruncated: page.next != nil)
    }

    /// One request; a second one where the first only compares whole texts and finds nobody.
    private func byPhone(
        _ variants: PhoneVariants, _ wanted: WantedContact, _ limit: Int
    ) async throws(CRMError) -> Candidates {
        if settings.e164Column != nil || settings.phoneSearch == .indexed {
            let exact = try await everywhere(limit) { $0.exact(variants) }
            guard MatchRanking.rank(exact, wanted, limit: limit).matches.isEmpty else { return exact }
        }
        let found = try await everywhere(limit) { $0.byPattern(variants) }
        return MatchRanking.rank(found, wanted, limit: limit).matches.isEmpty ? Candidates() : found
    }

    /// Contacts, and accounts where they are configured, at the same time.
    private func everywhere(
        _ limit: Int, _ query: @Sendable (PhoneSearch) -> ODataQuery
    ) async throws(CRMError) -> Candidates {
        guard let accounts = settings.accountSearch else {
            return try await list(query(settings.contactSearch), rows.contact)
        }
        let (first, second) = (query(settings.contactSearch), query(accounts))
        async let people = outcome(first, rows.contact)
        async let firms = outcome(second, rows.account)
        let (left, right) = (try await people.get(), try await firms.get())
        return Candidates(
            contacts: left.contacts + right.contacts, isTruncated: left.isTruncated || right.isTruncated)
    }

    private func outcome(
        _ query: ODataQuery, _ read: @Sendable (JSONValue) -> Contact?
    ) async -> Result<Candidates, CRMError> {
        do throws(CRMError) {
            return .success(try await list(query, read))
        } catch {
            return .failure(error)
        }
    }

    private func list(
        _ query: ODataQuery, _ read: (JSONValue) -> Contact?
    ) async throws(CRMError) -> Candidates {
        let found = try await client.rows(query)
        return Candidates(
            contacts: found.rows.compactMap(read),
            isTruncated: found.next != nil || query.top.map { found.rows.count >= $0 } == true)
    }

    func open(_ id: String) async throws(CRMError) -> Contact {
        guard let id = RecordGUID(id) else { throw .notFound }
        let query = ODataQuery(path: "contacts(\(id.text))", select: settings.contactSearch.select)
        guard let contact = rows.contact(try await row(query)) else { throw .unavailable(.unreadable) }
        return contact
    }

    func openCase(_ id: String) async throws(CRMError) -> CRMRecord {
        guard let id = RecordGUID(id) else { throw .notFound }
        let query = ODataQuery(path: "incidents(\(id.text))", select: rows.incidentColumns)
        guard let found = rows.incident(try await row(query)) else { throw .unavailable(.unreadable) }
        return CRMRecord(
            entity: "incident", id: found.id, label: found.number.map { "\($0) \(found.title)" } ?? found.title,
            url: found.url)
    }

    /// One row by its key.
    func row(_ query: ODataQuery) async throws(CRMError) -> JSONValue {
        let request = DataverseRequest(target: query.target, headers: [DataverseClient.annotations])
        guard case .done(let row, _) = try await client.send(request) else { throw .notFound }
        return row
    }

    func search(_ text: String, cursor: String?, limit: Int) async throws(CRMError) -> ContactPage {
        let page = TransportRequest.Header("Prefer", "odata.maxpagesize=\(limit)")
        let found: DataverseClient.Rows
        if let cursor {
            guard let link = cursors.open(cursor), link.hasPrefix(settings.base) else {
                throw .refused(field: "cursor")
            }
            found = try await client.rows(DataverseRequest(target: link, headers: [page]))
        } else {
            let words = text.split { $0.isWhitespace || $0 == "," || $0 == ";" }.prefix(NameWords.maxWords)
            guard !words.isEmpty else { return ContactPage() }
            let filter = ODataFilter.all(
                words.map { word in
                    let pattern = ODataText.plain(String(word.prefix(50)))
                    return .any([
                        .contains("fullname", pattern: pattern), .contains("emailaddress1", pattern: pattern),
                    ])
                })
            let query = ODataQuery(
                path: "contacts", select: settings.contactSearch.select, filter: filter, orderBy: "fullname,contactid")
            found = try await client.rows(DataverseRequest(target: query.target, headers: [page]))
        }
        return ContactPage(
            contacts: Array(found.rows.compactMap(rows.contact).prefix(limit)), next: found.next.map(cursors.seal))
    }

    func cases(of contact: String, limit: Int) async throws(CRMError) -> [CRMCase] {
        guard let id = RecordGUID(contact) else { throw .notFound }
        let query = ODataQuery(
            path: "incidents", select: rows.incidentColumns,
            filter: .any([.isRecord("_customerid_value", id), .isRecord("_primarycontactid_value", id)]),
            orderBy: "createdon desc", top: limit)
        return try await client.rows(query).rows.compactMap(rows.incident)
    }

    func check() async throws(CRMError) {
        _ = try await client.send(DataverseRequest(target: "WhoAmI"))
    }
}
