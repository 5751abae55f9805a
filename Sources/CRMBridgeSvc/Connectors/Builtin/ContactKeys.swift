import Phone

/// The maps of the built-in CRM, and how a contact is found in the index.
///
/// Index keys end in the contact's id, so any number of contacts may share a number: `p/+34600111222/<id>` by E.164,
/// `s/<last digits>/<id>` for numbers that cannot be completed, `e/<address>/<id>`, `n/<word>/<id>` with the name as value.
enum ContactKeys {
    static let contacts = "crm-contacts"
    static let index = "crm-contact-index"
    /// `<contact, or ->/<inverted time>/<id>`.
    static let cases = "crm-cases"
    static let activities = "crm-builtin-activities"

    /// Ids that others may choose: they become parts of keys and addresses.
    static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    static func phone(_ e164: String) -> String { "p/\(e164)/" }
    static func suffix(_ digits: String) -> String { "s/\(digits)/" }
    static func email(_ address: String) -> String { "e/\(EmailAddress.folded(address))/" }
    static func word(_ word: String) -> String { "n/\(word)/" }

    /// All index keys of a contact, with their values.
    static func entries(of contact: Contact) -> [String: String] {
        var entries: [String: String] = [:]
        for text in contact.phones {
            if let number = PhoneDigits.number(text, region: nil) {
                entries[phone(number.e164) + contact.id] = ""
            } else if let digits = PhoneDigits.suffix(of: text) {
                entries[suffix(digits) + contact.id] = ""
            }
        }
        for text in contact.emails { entries[email(text) + contact.id] = "" }
        for text in NameWords.of(contact.name) { entries[word(text) + contact.id] = contact.name }
        return entries
    }

    /// The id at the end of an index key below `prefix`; nil for a key of something longer.
    static func id(_ key: String, below prefix: String) -> String? {
        let rest = key.dropFirst(prefix.count)
        return rest.contains("/") ? nil : String(rest)
    }

    /// Thirteen digits that sort the newest first.
    static func inverted(_ milliseconds: Int64) -> String {
        let digits = String(9_999_999_999_999 - min(max(0, milliseconds), 9_999_999_999_999))
        return String(repeating: "0", count: 13 - digits.utf8.count) + digits
    }
}
