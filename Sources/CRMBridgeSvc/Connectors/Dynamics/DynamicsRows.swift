import Events
import Phone

/// Rows of Dataverse as what they are here.
struct DynamicsRows: Sendable {
    static let formatted = "@OData.Community.Display.V1.FormattedValue"

    let settings: DynamicsSettings
    /// Whose rules complete numbers of contacts whose country is not known.
    let home: Region?

    /// Of the set `contacts`; nil when it has no key.
    func contact(_ row: JSONValue) -> Contact? {
        contact(row, entity: "contact", key: "contactid", name: "fullname", settings.phoneColumns)
    }

    /// Of the set `accounts`.
    func account(_ row: JSONValue) -> Contact? {
        contact(row, entity: "account", key: "accountid", name: "name", settings.accountPhoneColumns)
    }

    private func contact(
        _ row: JSONValue, entity: String, key: String, name: String, _ columns: [String]
    ) -> Contact? {
        guard let id = row[key]?.string.flatMap(RecordGUID.init) else { return nil }
        func text(_ column: String) -> String? { row[column]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        var phones: [String] = []
        for column in [settings.e164Column].compactMap({ $0 }) + columns {
            if let phone = text(column), !phones.contains(phone) { phones.append(phone) }
        }
        let detail = [text("_parentcustomerid_value" + Self.formatted), text("address1_city")].compactMap { $0 }
        let emails = ["emailaddress1", "emailaddress2", "emailaddress3"].compactMap(text)
        var contact = Contact(
            entity: entity, id: id.text, name: text(name) ?? "", phones: phones, emails: emails,
            detail: detail.isEmpty ? nil : detail.joined(separator: ", "), url: settings.page(entity, id.text))
        (contact.firstName, contact.lastName) = (text("firstname"), text("lastname"))
        contact.region = settings.countryColumn.flatMap(text).flatMap(CountryNames.region) ?? home
        return contact
    }

    /// Of the set `incidents`.
    func incident(_ row: JSONValue) -> CRMCase? {
        guard let id = row["incidentid"]?.string.flatMap(RecordGUID.init) else { return nil }
        let created = row["createdon"]?.string.flatMap { try? Timestamp(rfc3339: $0) }
        return CRMCase(
            id: id.text, title: row["title"]?.string ?? "", number: row[settings.caseNumberColumn]?.string,
            status: row["statuscode" + Self.formatted]?.string ?? row["statuscode"]?.integer.map(String.init),
            createdTs: created.map(\.unixMilliseconds), url: settings.page("incident", id.text))
    }

    var incidentColumns: [String] {
        ["incidentid", "title", settings.caseNumberColumn, "statuscode", "createdon"]
    }
}
