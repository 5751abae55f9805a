import Events

/// The CRM's calls: `/crm/v1/…` for services, with a bearer token, and `/sandbox/v1/crm/…` for its page.
enum CRMRoutes {
    /// Rows of a page at most, and when nothing is said.
    static let maxLimit = 200
    static let usualLimit = 50

    /// Below `/crm/v1/`.
    static let service =
        contacts("") + cases("") + activities("") + [
            RestRoute(.get, "health") { _, _ in .object { $0.text("status", "ok") } }
        ]
    /// Below `/sandbox/v1/`.
    static let control = contacts("crm/") + cases("crm/") + activities("crm/")

    private static func contacts(_ root: String) -> [RestRoute] {
        [
            RestRoute(.get, "\(root)contacts") { world, request throws(TwilioProblem) in
                try page(request, try found(world, request), key: \.contact.id) { match, row in
                    row.members(of: match.contact)
                    row.text("matched_on", match.reason)
                }
            },
            RestRoute(.post, "\(root)contacts") { world, request throws(TwilioProblem) in
                let draft = try CRMDraft(request)
                if let key = draft.key, let known = world.crm.made["contact \(key)"].flatMap({ world.crm.contacts[$0] })
                {
                    return .object(200) { json in
                        json.members(of: known)
                        json.bool("duplicate", true)
                    }
                }
                try full(world.crm.contacts.count)
                guard draft.text("name")?.isEmpty == false else { throw .missing("name") }
                var contact = CRMContact(
                    id: world.crm.next("C").id, name: "", createdAt: world.now, updatedAt: world.now)
                try draft.apply(to: &contact)
                if let key = draft.key { world.crm.made["contact \(key)"] = contact.id }
                world.store(contact, isNew: true)
                return .object(201) { json in
                    json.members(of: contact)
                    json.bool("duplicate", false)
                }
            },
            RestRoute(.get, "\(root)contacts/{contact}") { world, request throws(TwilioProblem) in
                let contact = try contact(world, request["contact"])
                return .object { $0.members(of: contact) }
            },
            RestRoute(.put, "\(root)contacts/{contact}") { world, request throws(TwilioProblem) in
                try put(&world, request, contact: request["contact"])
            },
        ]
    }

    private static func cases(_ root: String) -> [RestRoute] {
        [
            RestRoute(.get, "\(root)cases") { world, request throws(TwilioProblem) in
                let contact = request.text("contact")
                let status = request.text("status")
                let list = world.crm.cases.all.reversed().filter {
                    (contact == nil || $0.contactID == contact) && (status == nil || $0.status.rawValue == status)
                }
                return try page(request, list, key: \.id) { $1.members(of: $0) }
            },
            RestRoute(.post, "\(root)cases") { world, request throws(TwilioProblem) in
                let draft = try CRMDraft(request)
                if let key = draft.key, let known = world.crm.made["case \(key)"].flatMap({ world.crm.cases[$0] }) {
                    return .object(200) { $0.members(of: known) }
                }
                try full(world.crm.cases.count)
                guard let title = draft.text("title"), !title.isEmpty else { throw .missing("title") }
                let contact = draft.text("contact_id") ?? draft.text("contact")
                if let contact { _ = try self.contact(world, contact) }
                let (id, number) = world.crm.next("K")
                var item = CRMCase(
                    id: id, number: "CS-\(number)", contactID: contact, title: title, createdAt: world.now,
                    updatedAt: world.now)
                item.description = draft.text("description") ?? ""
                if let key = draft.key { world.crm.made["case \(key)"] = id }
                world.store(item, isNew: true)
                let made = item
                return .object(201) { $0.members(of: made) }
            },
            RestRoute(.get, "\(root)cases/{case}") { world, request throws(TwilioProblem) in
                guard let item = world.crm.cases[request["case"]] else { throw .notFound("/cases/\(request["case"])") }
                return .object { $0.members(of: item) }
            },
            RestRoute(.put, "\(root)cases/{case}") { world, request throws(TwilioProblem) in
                try put(&world, request, case: request["case"])
            },
        ]
    }

    private static func activities(_ root: String) -> [RestRoute] {
        [
            RestRoute(.get, "\(root)activities") { world, request throws(TwilioProblem) in
                let contact = request.text("contact")
                let agent = request.text("agent")
                let list = world.crm.activities.all.reversed().filter {
                    (contact == nil || $0.contactID == contact) && (agent == nil || $0.agent == agent)
                }
                return try page(request, list, key: \.id) { $1.members(of: $0) }
            },
            RestRoute(.get, "\(root)activities/{activity}") { world, request throws(TwilioProblem) in
                let activity = try activity(world, request["activity"])
                return .object { $0.members(of: activity) }
            },
            RestRoute(.put, "\(root)activities/{activity}") { world, request throws(TwilioProblem) in
                let id = request["activity"]
                guard request.body.count <= CRMActivity.maxBytes, id.utf8.count <= CRMContact.maxText else {
                    throw .invalid("body", "it has at most \(CRMActivity.maxBytes) bytes")
                }
                let document = try request.jsonBody()
                if world.crm.activities[id] == nil { try full(world.crm.activities.count) }
                let isNew = world.store(
                    CRMActivity(
                        id: id,
                        contactID: document["contact_id"]?.string ?? document["contactId"]?.string
                            ?? document["record"]?["id"]?.string,
                        agent: document["agentId"]?.string ?? document["agent"]?.string,
                        revision: Int(document["revision"]?.integer ?? 1), document: document, createdAt: world.now,
                        updatedAt: world.now))
                let stored = try activity(world, id)
                return .object(isNew ? 201 : 200) { $0.members(of: stored) }
            },
        ]
    }

    /// Changes a contact, or makes the one of this id: who writes it twice has one.
    private static func put(
        _ world: inout World, _ request: RestRequest, contact id: String
    ) throws(TwilioProblem) -> RestAnswer {
        let draft = try CRMDraft(request)
        let known = world.crm.contacts[id]
        var contact = known ?? CRMContact(id: id, name: "", revision: 0, createdAt: world.now, updatedAt: world.now)
        if let expected = request.ifMatch, expected.filter(\.isNumber) != "\(contact.revision)" {
            throw .preconditionFailed
        }
        if known == nil {
            try checkNew(id, world.crm.contacts.count)
            guard draft.text("name")?.isEmpty == false else { throw .missing("name") }
        }
        try draft.apply(to: &contact)
        contact.revision += 1
        contact.updatedAt = world.now
        world.store(contact, isNew: known == nil)
        let stored = contact
        return .object(known == nil ? 201 : 200) { $0.members(of: stored) }
    }

    /// Changes a case, or makes the one of this id.
    private static func put(
        _ world: inout World, _ request: RestRequest, case id: String
    ) throws(TwilioProblem) -> RestAnswer {
        let draft = try CRMDraft(request)
        let known = world.crm.cases[id]
        var item: CRMCase
        if let known {
            item = known
        } else {
            try checkNew(id, world.crm.cases.count)
            guard let title = draft.text("title"), !title.isEmpty else { throw .missing("title") }
            item = CRMCase(
                id: id, number: "CS-\(world.crm.next("K").number)", contactID: nil, title: title,
                createdAt: world.now, updatedAt: world.now)
        }
        if let contact = draft.text("contact_id") ?? draft.text("contact"), !contact.isEmpty {
            item.contactID = try self.contact(world, contact).id
        }
        if let title = draft.text("title"), !title.isEmpty { item.title = title }
        if let text = draft.text("description") { item.description = text }
        if let text = draft.text("status") {
            guard let status = CRMCase.Status(rawValue: text) else {
                throw .invalid("status", "it is open, waiting or closed")
            }
            item.status = status
        }
        item.updatedAt = world.now
        world.store(item, isNew: known == nil)
        let stored = item
        return .object(known == nil ? 201 : 200) { $0.members(of: stored) }
    }

    private static func checkNew(_ id: String, _ count: Int) throws(TwilioProblem) {
        guard !id.isEmpty, id.utf8.count <= CRMContact.maxText else {
            throw .invalid("id", "1 to \(CRMContact.maxText) bytes")
        }
        try full(count)
    }

    private static func contact(_ world: World, _ id: String) throws(TwilioProblem) -> CRMContact {
        guard let contact = world.crm.contacts[id] else { throw .notFound("/contacts/\(id)") }
        return contact
    }

    private static func activity(_ world: World, _ id: String) throws(TwilioProblem) -> CRMActivity {
        guard let activity = world.crm.activities[id] else { throw .notFound("/activities/\(id)") }
        return activity
    }

    private static func full(_ count: Int) throws(TwilioProblem) {
        guard count < CRMState.maxRows else { throw .full("rows of one kind in the CRM", CRMState.maxRows) }
    }

    /// Contacts that fit `phone`, `email`, `q` or `id`, the best first; all by name without any.
    private static func found(
        _ world: World, _ request: RestRequest
    ) throws(TwilioProblem) -> [(contact: CRMContact, reason: String?)] {
        let all = world.crm.contacts.all
        if let id = request.text("id") { return all.filter { $0.id == id }.map { ($0, "id") } }
        if let phone = request.text("phone") {
            let digits = CRMContact.digits(phone)
            let fitting = all.compactMap { contact in contact.matches(digits: digits).map { (contact, Optional($0)) } }
            let exact = fitting.filter { $0.1 == "phone_exact" }
            return exact.isEmpty ? fitting : exact
        }
        if let email = request.text("email")?.lowercased() {
            return all.filter { !$0.email.isEmpty && $0.email.lowercased() == email }.map { ($0, "email") }
        }
        var list = all
        if let text = request.text("q"), !text.isEmpty { list = list.filter { $0.contains(text) } }
        return list.sorted { ($0.name.lowercased(), $0.id) < ($1.name.lowercased(), $1.id) }.map { ($0, nil) }
    }

    /// One page: `items`, and `nextCursor` when there are more; `total` counts them all.
    private static func page<Row>(
        _ request: RestRequest, _ rows: [Row], key: (Row) -> String, _ write: (Row, inout JSONFields) -> Void
    ) throws(TwilioProblem) -> RestAnswer {
        let limit = try request.int("limit", in: 1...maxLimit) ?? usualLimit
        var start = 0
        if let cursor = request.text("cursor"), !cursor.isEmpty {
            start = rows.firstIndex { key($0) == cursor }.map { $0 + 1 } ?? rows.count
        }
        let items = rows[start...].prefix(limit)
        return .object { json in
            json.objects("items", items, write)
            json.text("nextCursor", items.endIndex < rows.count ? items.last.map(key) : nil)
            json.number("total", rows.count)
        }
    }
}
