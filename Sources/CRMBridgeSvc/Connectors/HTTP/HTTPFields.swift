import Events
import Hosting

/// Where values lie in a record of the CRM; all are JSON pointers, and lists of them are looked at one after the other.
///
/// Configuration keys, with what they are for the preset `rest`: `fields.id` (/id), `fields.name` (/name; several are
/// joined by spaces), `fields.phones` (/phones/*), `fields.emails` (/emails/*), `fields.detail` (/company),
/// `fields.url` (/url); `case_fields.id` (/id), `case_fields.title` (/title), `case_fields.number` (/number),
/// `case_fields.status` (/status), `case_fields.created` (/createdTs, Unix milliseconds).
struct HTTPFields: Sendable {
    var id: [JSONPath]
    var name: [JSONPath]
    var phones: [JSONPath]
    var emails: [JSONPath]
    var detail: [JSONPath]
    var url: [JSONPath]
    var caseID: [JSONPath]
    var caseTitle: [JSONPath]
    var caseNumber: [JSONPath]
    var caseStatus: [JSONPath]
    var caseCreated: [JSONPath]

    init(_ reader: SettingsReader, preset: HTTPPreset) {
        let isBackup = preset == .backupCRM
        let (contact, record) = (reader.section("fields"), reader.section("case_fields"))
        func paths(_ section: SettingsReader, _ key: String, _ standard: [String]) -> [JSONPath] {
            section.strings(key, default: standard, maxCount: 16).compactMap { text in
                HTTPConnectorSettings.checked(section, key) { () throws(TemplateError) in try JSONPath(text) }
            }
        }
        id = paths(contact, "id", [isBackup ? "/customer_id" : "/id"])
        name = paths(contact, "name", [isBackup ? "/display_name" : "/name"])
        phones = paths(contact, "phones", [isBackup ? "/channels/*/value" : "/phones/*"])
        emails = paths(contact, "emails", [isBackup ? "/channels/*/value" : "/emails/*"])
        detail = paths(contact, "detail", [isBackup ? "/details/content" : "/company"])
        url = paths(contact, "url", isBackup ? [] : ["/url"])
        caseID = paths(record, "id", ["/id"])
        caseTitle = paths(record, "title", ["/title"])
        caseNumber = paths(record, "number", ["/number"])
        caseStatus = paths(record, "status", ["/status"])
        caseCreated = paths(record, "created", ["/createdTs"])
    }

    /// The contact in a record; nil without an id of 1…128 bytes.
    func contact(_ value: JSONValue, entity: String, page: TextTemplate?) -> Contact? {
        guard let id = id.lazy.compactMap({ $0.text(in: value) }).first, id.utf8.count <= 128 else { return nil }
        let name = name.compactMap { $0.text(in: value) }.joined(separator: " ")
        func texts(_ paths: [JSONPath]) -> [String] { paths.flatMap { $0.texts(in: value) } }
        let own = url.lazy.compactMap { $0.text(in: value) }.first ?? ""
        return Contact(
            entity: entity, id: id, name: name.prefixed(bytes: 500),
            phones: Array(texts(phones).filter { !$0.contains("@") && $0.utf8.count <= 128 }.prefix(32)),
            emails: Array(texts(emails).filter(EmailAddress.isPlausible).prefix(32)),
            detail: detail.lazy.compactMap { $0.text(in: value) }.first?.prefixed(bytes: 500),
            url: CRMRecord.web(page?.render(TemplateValues(["id": .string(id)]), encode: PercentCoding.encode) ?? own))
    }

    /// The case in a record; nil without an id.
    func crmCase(_ value: JSONValue) -> CRMCase? {
        func text(_ paths: [JSONPath]) -> String? {
            paths.lazy.compactMap { $0.text(in: value) }.first?.prefixed(bytes: 500)
        }
        guard let id = text(caseID), id.utf8.count <= 128 else { return nil }
        return CRMCase(
            id: id, title: text(caseTitle) ?? "", number: text(caseNumber), status: text(caseStatus),
            createdTs: text(caseCreated).flatMap { Int64($0) })
    }
}
