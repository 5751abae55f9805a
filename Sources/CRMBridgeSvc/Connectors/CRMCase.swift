import Events

/// A case, as a CRM has it.
struct CRMCase: Hashable, Sendable {
    var id: String
    var title: String
    /// What people call it: `CAS-01234`.
    var number: String?
    var status: String?
    /// Unix milliseconds.
    var createdTs: Int64?
    var url: String?

    var record: CRMRecord { CRMRecord(entity: "case", id: id, label: title, url: url) }

    /// `{id, title, number?, status?, createdTs?, url?}`.
    var json: JSONObject {
        var object = JSONObject([("id", .string(id)), ("title", .string(title))])
        object["number"] = number.map { .string($0) }
        object["status"] = status.map { .string($0) }
        object["createdTs"] = createdTs.map { .number(JSONNumber($0)) }
        object["url"] = url.map { .string($0) }
        return object
    }

    init(
        id: String, title: String, number: String? = nil, status: String? = nil, createdTs: Int64? = nil,
        url: String? = nil
    ) {
        self.id = id
        self.title = title
        self.number = number
        self.status = status
        self.createdTs = createdTs
        self.url = url
    }

    /// Reads ``json``; nil when it is none.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let title = json["title"]?.string else { return nil }
        self.init(
            id: id, title: title, number: json["number"]?.string, status: json["status"]?.string,
            createdTs: json["createdTs"]?.integer, url: json["url"]?.string.flatMap(CRMRecord.web))
    }
}

/// A case to be opened: title 1…200 bytes, description at most 4,000.
struct CaseDraft: Hashable, Sendable {
    var contact: String?
    var title: String
    var description: String?
    /// The name of a product, and the title of a subject, that the CRM has; none is made.
    var product: String?
    var subject: String?
    /// Columns of the CRM's own, as far as the configuration allows them.
    var columns = JSONObject()

    init(title: String) { self.title = title }

    /// Whether it says more than every CRM takes.
    var isExtended: Bool { product != nil || subject != nil || !columns.isEmpty }

    /// Reads `{contact?, title, description?}`.
    /// - Throws: ``CRMError/refused(field:)``.
    init(_ json: JSONValue?) throws(CRMError) {
        title = json?["title"]?.string ?? ""
        contact = json?["contact"]?.string
        description = json?["description"]?.string
        guard (1...200).contains(title.utf8.count) else { throw .refused(field: "title") }
        guard (1...128).contains(contact?.utf8.count ?? 1) else { throw .refused(field: "contact") }
        guard (description ?? "").utf8.count <= 4_000 else { throw .refused(field: "description") }
    }
}
