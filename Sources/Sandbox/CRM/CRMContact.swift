import Events

/// A person in the Sandbox's CRM.
struct CRMContact: Hashable, Sendable {
    struct Phone: Hashable, Sendable {
        /// `mobile`, `work`, `home`.
        var label: String
        /// As people have written it; compared by its digits.
        var number: String
    }

    let id: String
    var name: String
    var company = ""
    var email = ""
    var phones: [Phone] = []
    /// ISO 3166-1 alpha-2.
    var country = ""
    var notes = ""
    var revision = 1
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// Phones of one person at most.
    static let maxPhones = 8
    /// Characters of one field at most; of notes ten times as many.
    static let maxText = 200

    /// How well one of its numbers fits.
    ///
    /// - Parameter digits: Of the number that is looked for, without `+`.
    /// - Returns: `phone_exact`, `phone_suffix` when one ends like the other, or nil.
    func matches(digits: String) -> String? {
        let own = phones.map { Self.digits($0.number) }
        if own.contains(digits) { return "phone_exact" }
        guard digits.utf8.count >= Self.leastSuffix else { return nil }
        let isSuffix = own.contains { own in
            own.utf8.count >= Self.leastSuffix && (own.hasSuffix(digits) || digits.hasSuffix(own))
        }
        return isSuffix ? "phone_suffix" : nil
    }

    /// Digits that two numbers must share at their ends to be taken for one.
    static let leastSuffix = 7

    static func digits(_ text: String) -> String { text.filter { $0.isASCII && $0.isNumber } }

    /// Whether a text is in its name, company, e-mail or numbers, whatever the case.
    func contains(_ text: String) -> Bool {
        let wanted = text.lowercased()
        if [name, company, email].contains(where: { $0.lowercased().contains(wanted) }) { return true }
        let digits = Self.digits(text)
        return digits.utf8.count >= 3 && phones.contains { Self.digits($0.number).contains(digits) }
    }
}

extension JSONFields {
    mutating func members(of contact: CRMContact) {
        text("id", contact.id)
        text("sid", contact.id)
        text("entity", "contact")
        text("name", contact.name)
        text("company", contact.company)
        text("email", contact.email)
        text("phone", contact.phones.first?.number ?? "")
        value("phones", .array(contact.phones.map { .string($0.number) }))
        value("emails", .array(contact.email.isEmpty ? [] : [.string(contact.email)]))
        objects("numbers", contact.phones) { phone, row in
            row.text("label", phone.label)
            row.text("number", phone.number)
        }
        text("country", contact.country)
        text("notes", contact.notes)
        text("url", "/crm/#contact/\(contact.id)")
        number("revision", contact.revision)
        text("date_created", contact.createdAt.withMilliseconds)
        text("date_updated", contact.updatedAt.withMilliseconds)
    }
}
