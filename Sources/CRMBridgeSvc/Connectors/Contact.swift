import Events
import Phone

/// A contact as a CRM has it.
struct Contact: Hashable, Sendable {
    /// The kind of record: `contact`, or what the CRM calls it.
    var entity = "contact"
    var id: String
    var name: String
    /// The parts of the name, where the CRM has them apart.
    var firstName: String?
    var lastName: String?
    /// As the CRM has them: any writing.
    var phones: [String] = []
    var emails: [String] = []
    /// What tells two of one name apart: a company, a town.
    var detail: String?
    /// Its page in the CRM.
    var url: String?
    /// Whose rules complete its numbers, where the CRM knows; then no other country's are tried.
    var region: Region?

    /// The record alone.
    var record: CRMRecord { CRMRecord(entity: entity, id: id, label: name, url: url) }

    /// `{entity, id, label, phones, emails, detail?, url?}`.
    var json: JSONObject {
        var object = record.json.object ?? JSONObject()
        object["phones"] = .array(phones.map { .string($0) })
        object["emails"] = .array(emails.map { .string($0) })
        object["detail"] = detail.map { .string($0) }
        return object
    }

    /// As a match.
    func match(_ ground: ContactMatch.Ground) -> ContactMatch {
        var match = ContactMatch(record: record, detail: detail, matchedOn: ground, score: ground.score)
        match.contact = self
        return match
    }

    init(
        entity: String = "contact", id: String, name: String, phones: [String] = [], emails: [String] = [],
        detail: String? = nil, url: String? = nil
    ) {
        self.entity = entity
        self.id = id
        self.name = name
        self.phones = phones
        self.emails = emails
        self.detail = detail
        self.url = url
    }

    /// Reads ``json``; nil when it is none.
    init?(_ json: JSONValue) {
        guard let record = CRMRecord(json) else { return nil }
        self.init(
            entity: record.entity, id: record.id, name: record.label,
            phones: (json["phones"]?.array ?? []).compactMap(\.string),
            emails: (json["emails"]?.array ?? []).compactMap(\.string), detail: json["detail"]?.string, url: record.url)
    }
}

extension CRMRecord {
    /// A web address, or nil: nobody is led to a `javascript:`.
    static func web(_ text: String) -> String? {
        guard text.utf8.count <= 512, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        return text.hasPrefix("https://") || text.hasPrefix("http://") ? text : nil
    }
}
