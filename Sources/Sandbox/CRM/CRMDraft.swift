import Events

/// What a request wants a contact or a case to be.
struct CRMDraft: Sendable {
    private let document: JSONValue
    /// A key under which the same wish makes one row only: `idempotency_key`, or `idempotencyKey`.
    let key: String?

    /// - Throws: ``TwilioProblem`` when the body is no JSON object, or a text is too long.
    init(_ request: RestRequest) throws(TwilioProblem) {
        document = try request.jsonBody()
        guard let object = document.object else { throw .invalid("body", "it is a JSON object") }
        for (name, value) in object.members {
            let limit = name == "notes" || name == "description" ? 10 * CRMContact.maxText : CRMContact.maxText
            guard value.string?.count ?? 0 <= limit else { throw .invalid(name, "at most \(limit) characters") }
        }
        key = document["idempotency_key"]?.string ?? document["idempotencyKey"]?.string
    }

    func text(_ name: String) -> String? { document[name]?.string }

    /// Takes over what is said; the rest stays.
    func apply(to contact: inout CRMContact) throws(TwilioProblem) {
        if let name = text("name") {
            guard !name.isEmpty else { throw .invalid("name", "it is not empty") }
            contact.name = name
        }
        if let company = text("company") ?? text("detail") { contact.company = company }
        if let email = text("email") ?? document["emails"]?.array?.first?.string { contact.email = email }
        if let country = text("country") { contact.country = country }
        if let notes = text("notes") { contact.notes = notes }
        if let phones = (document["numbers"] ?? document["phones"])?.array {
            guard phones.count <= CRMContact.maxPhones else {
                throw .invalid("phones", "at most \(CRMContact.maxPhones)")
            }
            contact.phones = phones.compactMap { phone in
                guard let number = phone["number"]?.string ?? phone.string, !number.isEmpty,
                    number.count <= CRMContact.maxText
                else { return nil }
                return CRMContact.Phone(label: String((phone["label"]?.string ?? "mobile").prefix(32)), number: number)
            }
        } else if let number = text("phone"), !number.isEmpty {
            let phone = CRMContact.Phone(label: "mobile", number: number)
            if contact.phones.isEmpty { contact.phones = [phone] } else { contact.phones[0] = phone }
        }
    }
}
