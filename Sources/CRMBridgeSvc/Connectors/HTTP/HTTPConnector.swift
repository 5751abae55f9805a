import Events
import Hosting
import Phone
import Twilio
import TwilioREST

/// A CRM with a REST interface, asked as the configuration says.
///
/// Each request is sent once; repeating is for whoever knows whether it may be repeated. Redirects are not followed, so
/// the credentials go to no other host.
struct HTTPConnector: CRMConnector {
    /// Records of a list without numbers and addresses that are opened to compare them.
    static let maxOpened = 5
    /// The longest error body that is looked at for the field it is about, in bytes.
    static let maxErrorBytes = 65_536

    let name = "http"
    let settings: HTTPConnectorSettings
    let transport: any TwilioTransport

    var capabilities: ConnectorCapabilities {
        settings.operations.keys.reduce(into: []) { $0.formUnion($1.capability) }
    }

    func candidates(_ wanted: WantedContact, limit: Int) async throws(CRMError) -> Candidates {
        if let phone = wanted.phone, has(.findByPhone) {
            let found = try await list(.findByPhone, Self.values(phone, limit), limit)
            if !MatchRanking.rank(found, wanted, limit: limit).matches.isEmpty { return found }
        }
        if let email = wanted.email, has(.findByEmail) {
            let values = TemplateValues(["email": .string(email), "limit": .number(JSONNumber(limit))])
            let found = try await list(.findByEmail, values, limit)
            if !found.contacts.isEmpty { return found }
        }
        guard let name = wanted.name, has(.search) else { return Candidates() }
        let page = try await search(name, cursor: nil, limit: limit)
        return Candidates(contacts: page.contacts, isTruncated: page.next != nil)
    }

    func open(_ id: String) async throws(CRMError) -> Contact {
        guard (1...128).contains(id.utf8.count) else { throw .refused(field: "id") }
        let answer = try await ask(.open, TemplateValues(["id": .string(id)]))
        guard let contact = answer.records.first.flatMap(contact) else { throw .notFound }
        return contact
    }

    func search(_ text: String, cursor: String?, limit: Int) async throws(CRMError) -> ContactPage {
        var values = TemplateValues(["text": .string(text), "limit": .number(JSONNumber(limit))])
        values["cursor"] = cursor.map { .string($0) }
        let answer = try await ask(.search, values)
        return ContactPage(contacts: Array(answer.records.compactMap(contact).prefix(limit)), next: answer.next)
    }

    func create(_ draft: ContactDraft, key: String) async throws(CRMError) -> CreatedRecord {
        func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
        let id = RecordID.uuid("contact", key)
        var values = TemplateValues([
            "key": .string(id), "name": .string(draft.name), "phones": texts(draft.phones),
            "emails": texts(draft.emails),
        ])
        values["phone"] = draft.phones.first.map { .string($0) }
        values["email"] = draft.emails.first.map { .string($0) }
        values["detail"] = draft.detail.map { .string($0) }
        let answer = try await ask(.createContact, values)
        let made = answer.records.first.flatMap(contact) ?? Contact(entity: settings.entity, id: id, name: draft.name)
        return CreatedRecord(record: made.record, isDuplicate: !answer.isCreated)
    }

    func cases(of contact: String, limit: Int) async throws(CRMError) -> [CRMCase] {
        let values = TemplateValues(["contact": .string(contact), "limit": .number(JSONNumber(limit))])
        return try await ask(.cases, values).records.prefix(limit).compactMap { settings.fields.crmCase($0) }
    }

    func createCase(_ draft: CaseDraft, key: String) async throws(CRMError) -> CreatedRecord {
        let id = RecordID.uuid("case", key)
        var values = TemplateValues(["key": .string(id), "title": .string(draft.title)])
        values["contact"] = draft.contact.map { .string($0) }
        values["description"] = draft.description.map { .string($0) }
        let answer = try await ask(.createCase, values)
        let made = answer.records.first.flatMap { settings.fields.crmCase($0) } ?? CRMCase(id: id, title: draft.title)
        return CreatedRecord(record: made.record, isDuplicate: !answer.isCreated)
    }

    func log(_ log: ActivityLog, isRepeat: Bool) async throws(CRMError) -> ActivityReference {
        let id = log.activityID
        // A POST makes another record each time: for a repeat, for a later revision, for one that an operator brings back.
        if settings.operations[.log]?.request.method == .post, has(.findLog) {
            do throws(CRMError) {
                let found = try await ask(.findLog, TemplateValues(["activityId": .string(id)]))
                if let known = found.records.first.flatMap(Self.id) { return ActivityReference(id: known) }
            } catch {
                guard error == .notFound else { throw error }
            }
        }
        let answer = try await ask(.log, Self.values(log))
        return ActivityReference(id: answer.records.first.flatMap(Self.id) ?? id)
    }

    func check() async throws(CRMError) {
        guard has(.health) else { return }
        _ = try await ask(.health, TemplateValues())
    }
}

extension HTTPConnector {
    private func has(_ name: HTTPOperation.Name) -> Bool { settings.operations[name] != nil }

    private func contact(_ value: JSONValue) -> Contact? {
        settings.fields.contact(value, entity: settings.entity, page: settings.recordURL)
    }

    private static func id(_ value: JSONValue) -> String? {
        value["id"]?.string.flatMap { (1...128).contains($0.utf8.count) ? $0 : nil }
    }

    /// Contacts of a list; where it says nothing but names, the first ones are opened.
    private func list(
        _ name: HTTPOperation.Name, _ values: TemplateValues, _ limit: Int
    ) async throws(CRMError) -> Candidates {
        let answer = try await ask(name, values)
        var contacts = answer.records.compactMap(contact)
        let isTruncated = answer.next != nil || answer.records.count >= limit
        guard has(.open), contacts.allSatisfy({ $0.phones.isEmpty && $0.emails.isEmpty }) else {
            return Candidates(contacts: contacts, isTruncated: isTruncated)
        }
        let isCut = contacts.count > Self.maxOpened
        for index in contacts.indices.prefix(Self.maxOpened) {
            contacts[index] = try await open(contacts[index].id)
        }
        return Candidates(contacts: contacts, isTruncated: isTruncated || isCut)
    }

    private static func values(_ phone: PhoneNumber, _ limit: Int) -> TemplateValues {
        let digits = PhoneDigits.digits(phone.e164)
        return TemplateValues([
            "phone": .string(phone.e164), "phone_digits": .string(digits),
            "phone_national": .string(PhoneDigits.digits(phone.national)),
            "phone_suffix": .string(PhoneDigits.suffix(of: digits) ?? digits), "limit": .number(JSONNumber(limit)),
        ])
    }

    private static func values(_ log: ActivityLog) -> TemplateValues {
        var values = TemplateValues(
            Dictionary((log.json.object?.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        values["activityId"] = .string(log.activityID)
        values["log"] = log.json
        values["contactId"] = log.record.map { .string($0.id) }
        values["contactEntity"] = log.record.map { .string($0.entity) }
        values["isOutbound"] = .bool(log.direction == .outbound)
        for (name, time) in [("started", log.started), ("ended", log.ended)] {
            values[name] = Timestamp(unixMilliseconds: UInt64(max(0, time))).map { .string($0.rfc3339) }
        }
        return values
    }
}
