import Events

/// A contact to be made.
///
/// Limits: name 1…200 bytes, 10 phones of 64 bytes, 10 addresses of 254 bytes, detail 500 bytes.
struct ContactDraft: Hashable, Sendable {
    static let maxName = 200
    static let maxValues = 10
    static let maxPhone = 64
    static let maxEmail = 254
    static let maxDetail = 500

    var name: String
    var phones: [String] = []
    var emails: [String] = []
    var detail: String?

    /// A draft within the limits.
    /// - Throws: ``CRMError/refused(field:)`` naming what is not: `name`, `phone`, `email`, `detail`.
    init(name: String, phones: [String] = [], emails: [String] = [], detail: String? = nil) throws(CRMError) {
        func clean(_ text: String) -> String {
            var text = String(
                String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
            while text.last?.isWhitespace == true { text.removeLast() }
            return String(text.drop { $0.isWhitespace })
        }
        self.name = clean(name)
        self.phones = phones.map(clean).filter { !$0.isEmpty }
        self.emails = emails.map(clean).filter { !$0.isEmpty }
        self.detail = detail.map(clean).flatMap { $0.isEmpty ? nil : $0 }
        guard (1...Self.maxName).contains(self.name.utf8.count) else { throw .refused(field: "name") }
        guard self.phones.count <= Self.maxValues, self.phones.allSatisfy({ $0.utf8.count <= Self.maxPhone }) else {
            throw .refused(field: "phone")
        }
        let areAddresses = self.emails.allSatisfy { $0.utf8.count <= Self.maxEmail && EmailAddress.isPlausible($0) }
        guard self.emails.count <= Self.maxValues, areAddresses else { throw .refused(field: "email") }
        guard (self.detail ?? "").utf8.count <= Self.maxDetail else { throw .refused(field: "detail") }
    }

    /// Reads `{name, phone | phones, email | emails, detail}`.
    init(_ json: JSONValue?) throws(CRMError) {
        func texts(_ one: String, _ many: String) -> [String] {
            (json?[many]?.array ?? []).compactMap(\.string) + [json?[one]?.string].compactMap { $0 }
        }
        try self.init(
            name: json?["name"]?.string ?? "", phones: texts("phone", "phones"), emails: texts("email", "emails"),
            detail: json?["detail"]?.string)
    }
}

/// Addresses of electronic mail, as far as they matter here.
enum EmailAddress {
    /// Whether there is something on both sides of one `@`, without spaces.
    ///
    /// Whether the address exists is not asked.
    static func isPlausible(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains { $0.isWhitespace }
    }

    /// As it is compared: in lower case.
    static func folded(_ text: String) -> String { text.lowercased() }
}
