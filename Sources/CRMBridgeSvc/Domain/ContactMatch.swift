import Events

/// A record that may be the customer's.
struct ContactMatch: Hashable, Sendable {
    enum Ground: String, Hashable, Sendable, CaseIterable {
        case phoneExact = "phone_exact"
        case phoneSuffix = "phone_suffix"
        case email, name, id
    }

    let record: CRMRecord
    var detail: String?
    /// What was matched, as long as the answer lives; not part of ``json``.
    var contact: Contact?
    let matchedOn: Ground
    /// 0…1.
    let score: Double

    init(record: CRMRecord, detail: String? = nil, matchedOn: Ground, score: Double) {
        self.record = record
        self.detail = detail
        self.matchedOn = matchedOn
        self.score = score
    }

    /// Reads what ``json`` writes.
    init?(_ json: JSONValue?) {
        guard let record = CRMRecord(json), let ground = json?["matchedOn"]?.string.flatMap(Ground.init) else {
            return nil
        }
        self.init(
            record: record, detail: json?["detail"]?.string, matchedOn: ground, score: json?["score"]?.double ?? 0)
    }

    /// `{entity, id, label, detail?, matchedOn, score, url?}`.
    var json: JSONValue {
        var object = record.json.object ?? JSONObject()
        object["detail"] = detail.map { .string($0) }
        object["matchedOn"] = .string(matchedOn.rawValue)
        object["score"] = .number(JSONNumber((score * 1_000).rounded() / 1_000) ?? JSONNumber(0))
        return .object(object)
    }
}
