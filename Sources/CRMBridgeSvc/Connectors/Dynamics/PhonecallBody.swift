import Events

/// A `phonecall` row from the record of an interaction.
///
/// Dataverse keeps whole minutes; the milliseconds stand in the description. Whoever is known by a key is a party, and what the
/// agent worked on is what it is regarding.
enum PhonecallBody {
    /// Characters of Dataverse's columns.
    static let maxSubject = 400
    static let maxDescription = 2_000
    static let maxNumber = 200
    static let maxCategory = 250

    /// Who and what the row is bound to.
    struct Links: Hashable, Sendable {
        /// `incident`, `contact` or `account`.
        var regarding: RecordLink?
        /// The customer as a party: a contact or an account.
        var customer: RecordLink?
        /// The agent's row in `systemusers`.
        var agent: RecordGUID?
    }

    /// The entity sets of what can be bound.
    static let sets = ["incident": "incidents", "contact": "contacts", "account": "accounts"]

    static func body(_ log: ActivityLog, _ links: Links) -> JSONValue {
        let isOutgoing = log.direction == .outbound
        var body = JSONObject([
            ("subject", .string(cut(subject(log), maxSubject))),
            ("description", .string(description(log))),
            ("phonenumber", .string(cut(isOutgoing ? log.to : log.from, maxNumber))),
            ("directioncode", .bool(isOutgoing)),
            ("actualdurationminutes", .number(JSONNumber(minutes(log)))),
            ("leftvoicemail", .bool(log.outcome == .voicemail)),
        ])
        for (name, time) in [("actualstart", log.started), ("actualend", log.ended)] {
            body[name] = Timestamp(unixMilliseconds: UInt64(max(0, time))).map { .string($0.rfc3339) }
        }
        body["category"] = log.dispositionCode.map { .string(cut($0, maxCategory)) }
        if let regarding = links.regarding, let set = sets[regarding.entity] {
            body["regardingobjectid_\(regarding.entity)_phonecall@odata.bind"] = .string(
                "/\(set)(\(regarding.id.text))")
        }
        let parties = parties(links, isOutgoing: isOutgoing)
        if !parties.isEmpty { body["phonecall_activity_parties"] = .array(parties) }
        return .object(body)
    }

    /// 1 is from, 2 is to.
    private static func parties(_ links: Links, isOutgoing: Bool) -> [JSONValue] {
        func party(_ entity: String, _ set: String, _ id: RecordGUID, isSender: Bool) -> JSONValue {
            [
                "partyid_\(entity)@odata.bind": .string("/\(set)(\(id.text))"),
                "participationtypemask": isSender ? 1 : 2,
            ]
        }
        var parties: [JSONValue] = []
        if let customer = links.customer, let set = sets[customer.entity] {
            parties.append(party(customer.entity, set, customer.id, isSender: !isOutgoing))
        }
        if let agent = links.agent { parties.append(party("systemuser", "systemusers", agent, isSender: isOutgoing)) }
        return parties
    }

    /// What marks it as done: the states that a phone call ends in.
    static func completed(_ log: ActivityLog) -> JSONValue {
        ["statecode": 1, "statuscode": log.direction == .outbound ? 2 : 4]
    }

    /// From the first to the last moment, to the nearest minute.
    static func minutes(_ log: ActivityLog) -> Int { (max(0, log.ended - log.started) + 30_000) / 60_000 }

    private static func subject(_ log: ActivityLog) -> String {
        let way =
            switch log.direction {
            case .outbound: "Outbound"
            case .inbound: "Inbound"
            case .internal: "Internal"
            }
        let kind = log.channel == .voice ? "call" : log.channel.rawValue
        let who = log.customerName ?? (log.direction == .outbound ? log.to : log.from)
        return "\(way) \(kind)" + (who.isEmpty ? "" : ": \(who)") + " (\(log.outcome.rawValue))"
    }

    private static func description(_ log: ActivityLog) -> String {
        var facts = ["Outcome: \(log.outcome.rawValue)"]
        if let code = log.dispositionCode { facts.append("Disposition: \(cut(code, maxCategory))") }
        if let queue = log.queue { facts.append("Queue: \(cut(queue, 100))") }
        facts.append("Ring \(log.ring) ms, talk \(log.talk) ms, hold \(log.hold) ms, wrap-up \(log.wrap) ms")
        facts.append("Interaction \(log.interactionID), revision \(log.revision), agent \(cut(log.agentID, 200))")
        let end = cut(facts.joined(separator: "\n"), maxDescription)
        guard let notes = log.notes, !notes.isEmpty else { return end }
        return cut(notes, maxDescription - end.utf16.count - 2) + "\n\n" + end
    }

    /// As Dataverse counts: UTF-16, never inside a character.
    static func cut(_ text: String, _ limit: Int) -> String {
        var count = 0
        var cut = ""
        for character in text {
            count += String(character).utf16.count
            guard count <= limit else { break }
            cut.append(character)
        }
        return cut
    }
}

/// A record that rows are bound to: its table and its key.
struct RecordLink: Hashable, Sendable {
    let entity: String
    let id: RecordGUID

    init(entity: String, id: RecordGUID) {
        self.entity = entity
        self.id = id
    }

    /// Of a record that somebody chose; nil when it is none of Dataverse, or of a table that is not bound.
    init?(_ record: CRMRecord?) {
        guard let record, let id = RecordGUID(record.id) else { return nil }
        let entity = record.entity == "case" ? "incident" : record.entity
        guard PhonecallBody.sets[entity] != nil else { return nil }
        self.init(entity: entity, id: id)
    }
}
