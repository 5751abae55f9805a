import Events
import Phone
import TwilioREST

extension DynamicsConnector {
    /// Only make it, never change what is there.
    static let onlyNew = TransportRequest.Header("If-None-Match", "*")
    /// Only change it, never make it.
    static let onlyKnown = TransportRequest.Header("If-Match", "*")
    static let representation = TransportRequest.Header("Prefer", "return=representation")
    /// Characters of a contact's first and last name.
    static let maxNamePart = 50

    func create(_ draft: ContactDraft, key: String) async throws(CRMError) -> CreatedRecord {
        guard let id = RecordGUID(RecordID.uuid("contact", key)) else { throw .refused(field: "key") }
        let query = ODataQuery(path: "contacts(\(id.text))", select: settings.contactSearch.select)
        let request = DataverseRequest(
            method: .patch, target: query.target, headers: [Self.onlyNew, Self.representation],
            body: try contactBody(draft))
        switch try await client.send(request) {
        case .done(let row, _):
            let made = rows.contact(row) ?? Contact(id: id.text, name: draft.name)
            return CreatedRecord(record: made.record)
        case .precondition: return CreatedRecord(record: try await open(id.text).record, isDuplicate: true)
        }
    }

    private func contactBody(_ draft: ContactDraft) throws(CRMError) -> JSONValue {
        guard draft.phones.count <= settings.phoneColumns.count else { throw .refused(field: "phone") }
        guard draft.emails.count <= 3 else { throw .refused(field: "email") }
        var body = JSONObject()
        // The full name is made of both parts, with a space between them.
        let parts = draft.name.split(separator: " ", omittingEmptySubsequences: false)
        let first = parts.dropLast().joined(separator: " ")
        let last = parts.last.map(String.init) ?? draft.name
        guard first.utf16.count <= Self.maxNamePart, last.utf16.count <= Self.maxNamePart else {
            throw .refused(field: "name")
        }
        if !first.isEmpty { body["firstname"] = .string(first) }
        body["lastname"] = .string(last)
        for (column, phone) in zip(settings.phoneColumns, draft.phones) { body[column] = .string(phone) }
        for (index, email) in draft.emails.enumerated() { body["emailaddress\(index + 1)"] = .string(email) }
        body["description"] = draft.detail.map { .string($0) }
        if let column = settings.e164Column, let phone = draft.phones.first,
            let number = PhoneDigits.number(phone, region: rows.home)
        {
            body[column] = .string(number.e164)
        }
        return .object(body)
    }

    func createCase(_ draft: CaseDraft, key: String) async throws(CRMError) -> CreatedRecord {
        guard let id = RecordGUID(RecordID.uuid("case", key)) else { throw .refused(field: "key") }
        let query = ODataQuery(path: "incidents(\(id.text))", select: rows.incidentColumns)
        let request = DataverseRequest(
            method: .patch, target: query.target, headers: [Self.onlyNew, Self.representation],
            body: try await incidentBody(draft))
        let found: CRMCase?
        var isDuplicate = false
        switch try await client.send(request) {
        case .done(let row, _): found = rows.incident(row)
        case .precondition:
            isDuplicate = true
            found = rows.incident(try await row(query))
        }
        let made = found ?? CRMCase(id: id.text, title: draft.title)
        return CreatedRecord(
            record: CRMRecord(entity: "incident", id: made.id, label: made.title, url: made.url),
            isDuplicate: isDuplicate,
            number: made.number)
    }

    private func incidentBody(_ draft: CaseDraft) async throws(CRMError) -> JSONValue {
        guard let contact = draft.contact.flatMap(RecordGUID.init) else { throw .refused(field: "contact") }
        var body = try await incidentTable.body(draft.columns, allowed: Set(settings.caseColumns + StudioCase.columns))
        body["title"] = .string(draft.title)
        body["customerid_contact@odata.bind"] = .string("/contacts(\(contact.text))")
        var description = draft.description
        if let product = draft.product {
            guard let id = try await first("products", key: "productid", column: "name", product) else {
                throw .refused(field: "productName")
            }
            body["productid@odata.bind"] = .string("/products(\(id.text))")
        }
        if let subject = draft.subject {
            if let id = try await first("subjects", key: "subjectid", column: "title", subject) {
                body["subjectid@odata.bind"] = .string("/subjects(\(id.text))")
            } else {
                description = [description, "Subject: \(subject)"].compactMap { $0 }.joined(separator: "\n\n")
            }
        }
        if let description {
            body["description"] = .string(PhonecallBody.cut(description, PhonecallBody.maxDescription))
        }
        return .object(body)
    }

    /// The key of the row of this name; of several the one that was first.
    ///
    /// Nothing is ever made.
    private func first(
        _ set: String, key: String, column: String, _ value: String
    ) async throws(CRMError) -> RecordGUID? {
        guard !value.isEmpty else { return nil }
        let query = ODataQuery(
            path: set, select: [key], filter: .equals(column, value), orderBy: "createdon", top: 1)
        return try await client.rows(query).rows.first?[key]?.string.flatMap(RecordGUID.init)
    }
}
