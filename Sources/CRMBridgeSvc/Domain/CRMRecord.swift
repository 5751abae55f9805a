import Events

/// Something in the CRM that can be opened: a contact, an account, a case.
struct CRMRecord: Hashable, Sendable {
    let entity: String
    let id: String
    var label: String
    /// Where the CRM shows it.
    var url: String?

    init(entity: String, id: String, label: String = "", url: String? = nil) {
        self.entity = entity
        self.id = id
        self.label = label
        self.url = url
    }

    /// Reads `{entity, id, label, url?}`; nil without entity and id, or when a text is longer than 512 bytes.
    ///
    /// An address that is no web address is left out, whoever names it.
    init?(_ json: JSONValue?) {
        guard let entity = json?["entity"]?.string, let id = json?["id"]?.string, !entity.isEmpty, !id.isEmpty else {
            return nil
        }
        let (label, url) = (json?["label"]?.string ?? "", json?["url"]?.string)
        guard [entity, id, label, url ?? ""].allSatisfy({ $0.utf8.count <= 512 }) else { return nil }
        self.init(entity: entity, id: id, label: label, url: url.flatMap(Self.web))
    }

    var json: JSONValue {
        var object = JSONObject([("entity", .string(entity)), ("id", .string(id)), ("label", .string(label))])
        object["url"] = url.map { .string($0) }
        return .object(object)
    }
}
