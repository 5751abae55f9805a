import Events

/// What the Sandbox's CRM knows; that of the first project is the one that is served.
struct CRMState: Sendable {
    /// Rows of each kind at most.
    static let maxRows = 20_000

    var contacts = SIDTable<CRMContact>()
    var cases = SIDTable<CRMCase>()
    var activities = SIDTable<CRMActivity>()
    /// What a key of idempotency has made.
    var made: [String: String] = [:]
    private var count = 1_000

    /// The next id: `C-1001`, `K-1002`.
    mutating func next(_ prefix: String) -> (id: String, number: Int) {
        count += 1
        return ("\(prefix)-\(count)", count)
    }
}

extension World {
    /// Makes the people and cases that the CRM begins with.
    mutating func seedCRM() {
        for seed in CRMSeed.people {
            let id = crm.next("C").id
            var contact = CRMContact(id: id, name: seed.name, createdAt: now, updatedAt: now)
            contact.company = seed.company
            contact.email = seed.email
            contact.country = seed.country
            contact.phones = seed.phones.enumerated().map { index, number in
                CRMContact.Phone(label: index == 0 ? "mobile" : "work", number: number)
            }
            contact.notes = seed.notes
            crm.contacts[id] = contact
        }
        let people = crm.contacts.sids
        for (index, text) in CRMSeed.cases.enumerated() {
            let (id, number) = crm.next("K")
            var item = CRMCase(
                id: id, number: "CS-\(number)", contactID: people[index * 3 % people.count], title: text,
                createdAt: now, updatedAt: now)
            item.status = CRMCase.Status.allCases[index % 3]
            crm.cases[id] = item
        }
    }

    mutating func store(_ contact: CRMContact, isNew: Bool) {
        crm.contacts[contact.id] = contact
        record(.contact, isNew ? .added : .updated) { $0.members(of: contact) }
    }

    mutating func store(_ item: CRMCase, isNew: Bool) {
        crm.cases[item.id] = item
        record(.crmCase, isNew ? .added : .updated) { $0.members(of: item) }
    }

    /// Writes an activity; one that is older than what is there changes nothing.
    ///
    /// - Returns: Whether it is new.
    mutating func store(_ activity: CRMActivity) -> Bool {
        if let known = crm.activities[activity.id] {
            guard activity.revision >= known.revision else { return false }
            var next = activity
            next = CRMActivity(
                id: known.id, contactID: activity.contactID ?? known.contactID, agent: activity.agent ?? known.agent,
                revision: activity.revision, document: activity.document, createdAt: known.createdAt, updatedAt: now)
            crm.activities[known.id] = next
            let stored = next
            record(.activity, .updated) { $0.members(of: stored) }
            return false
        }
        crm.activities[activity.id] = activity
        record(.activity, .added) { $0.members(of: activity) }
        return true
    }
}
