import Events

/// Creating, changing and deleting rows.
extension DataverseOrganization {
    mutating func create(
        _ request: DataverseRequest, _ name: DataverseTable.Name, user: GUID, now: Timestamp
    ) throws(DataverseProblem) -> RestAnswer {
        let table = DataverseSchema.table(name)
        guard name != .activityparty else { throw .otherMethod }
        let query = try DataverseQuery(request.options, table: table, pageSize: nil)
        let draft = try DataverseDraft(try request.json(), table)
        let id = draft.id ?? newID()
        guard row(name, id) == nil else { throw .exists }
        let row = try insert(draft, id, table, user: user, now: now, request)
        return written(row, table, query, request, isNew: true)
    }

    /// Changes the row of this id, or makes it; the conditions say which of the two may happen.
    mutating func upsert(
        _ request: DataverseRequest, _ name: DataverseTable.Name, _ id: GUID, user: GUID, now: Timestamp
    ) throws(DataverseProblem) -> RestAnswer {
        let table = DataverseSchema.table(name)
        guard name != .activityparty else { throw .otherMethod }
        let query = try DataverseQuery(request.options, table: table, pageSize: nil)
        let known = row(name, id)
        if known != nil, request.ifNoneMatch == "*" { throw .exists }
        if let expected = request.ifMatch {
            guard let known else { throw .missing(name, id) }
            guard expected == "*" || expected == known.etag else { throw .otherVersion }
        }
        let draft = try DataverseDraft(try request.json(), table)
        guard let known else {
            let row = try insert(draft, id, table, user: user, now: now, request)
            return written(row, table, query, request, isNew: true)
        }
        let row = try update(known, draft, table, user: user, now: now, request)
        return written(row, table, query, request, isNew: false)
    }

    /// Deletes a row; lookups that lead to it stay.
    ///
    /// The real service deletes or refuses by each relationship.
    mutating func delete(
        _ request: DataverseRequest, _ name: DataverseTable.Name, _ id: GUID
    ) throws(DataverseProblem) -> RestAnswer {
        guard name != .activityparty, name != .systemuser else { throw .otherMethod }
        guard let known = row(name, id) else { throw .missing(name, id) }
        if let expected = request.ifMatch, expected != "*", expected != known.etag { throw .otherVersion }
        if name == .phonecall { removeParties(of: id) }
        remove(id, name)
        return RestAnswer(status: 204, body: [], contentType: Self.contentType)
    }

    private mutating func written(
        _ row: DataverseRow, _ table: DataverseTable, _ query: DataverseQuery, _ request: DataverseRequest, isNew: Bool
    ) -> RestAnswer {
        var answer =
            request.preferences.returnsRepresentation
            ? entity(row, table, query, request, status: isNew ? 201 : 200)
            : applied(RestAnswer(status: 204, body: [], contentType: Self.contentType), request)
        answer.headers.append(("OData-EntityId", "\(request.root)\(table.setName)(\(row.id.text))"))
        if isNew, answer.status == 201 {
            answer.headers.append(("Location", "\(request.root)\(table.setName)(\(row.id.text))"))
        }
        return answer
    }

    /// Makes a row; also the Sandbox's own way in, which brings no request.
    @discardableResult
    mutating func insert(
        _ draft: DataverseDraft, _ id: GUID, _ table: DataverseTable, user: GUID, now: Timestamp,
        _ request: DataverseRequest? = nil
    ) throws(DataverseProblem) -> DataverseRow {
        guard count(table.name) < DataverseRows.limit else { throw .full }
        var row = DataverseRow(id: id, by: user, now: now)
        if request == nil, let date = draft.createdOn { row.createdOn = date }
        try apply(draft, to: &row, table)
        try checkRequired(row, draft, table)
        if request?.detectsDuplicates == true { try checkDuplicates(row, table) }
        switch table.name {
        case .incident:
            fill(&row, table, "ticketnumber") { .text($0.nextTicket()) }
            fill(&row, table, "prioritycode") { _ in .number(2) }
        case .phonecall:
            fill(&row, table, "directioncode") { _ in .bool(true) }
            fill(&row, table, "activitytypecode") { _ in .text("phonecall") }
        default: break
        }
        put(row, table.name)
        try putParties(draft, of: id, user: user, now: now)
        return self.row(table.name, id) ?? row
    }

    /// Sets a column that is still empty.
    private mutating func fill(
        _ row: inout DataverseRow, _ table: DataverseTable, _ name: String,
        _ value: (inout DataverseOrganization) -> DataverseValue
    ) {
        guard let position = table.position(name), row.cell(position) == nil else { return }
        row.set(position, value(&self))
    }

    private mutating func update(
        _ known: DataverseRow, _ draft: DataverseDraft, _ table: DataverseTable, user: GUID, now: Timestamp,
        _ request: DataverseRequest
    ) throws(DataverseProblem) -> DataverseRow {
        var row = known
        row.modifiedOn = now
        row.modifiedBy = user
        try apply(draft, to: &row, table)
        try checkRequired(row, draft, table)
        if request.detectsDuplicates { try checkDuplicates(row, table) }
        put(row, table.name)
        // A list of parties takes the place of the one before, as far as is known.
        if draft.parties != nil { removeParties(of: row.id) }
        try putParties(draft, of: row.id, user: user, now: now)
        return self.row(table.name, row.id) ?? row
    }

    private func apply(
        _ draft: DataverseDraft, to row: inout DataverseRow, _ table: DataverseTable
    ) throws(DataverseProblem) {
        for entry in draft.values { row.set(entry.column, entry.value) }
        for bind in draft.binds {
            if let id = bind.id, self.row(bind.navigation.target, id) == nil {
                throw .missing(bind.navigation.target, id)
            }
            if table.columns[bind.navigation.column].place == .owner {
                guard let id = bind.id else { throw .argument("A row has an owner.") }
                row.owner = id
            } else {
                row.set(bind.navigation.column, bind.id.map { .lookup($0, bind.navigation.target) })
            }
        }
        for party in draft.parties ?? [] {
            if let bind = party.bind, self.row(bind.navigation.target, bind.id) == nil {
                throw .missing(bind.navigation.target, bind.id)
            }
        }
        try setState(draft, &row, table)
    }

    /// A state alone takes its usual status; a status alone brings its state with it.
    private func setState(
        _ draft: DataverseDraft, _ row: inout DataverseRow, _ table: DataverseTable
    ) throws(DataverseProblem) {
        guard draft.state != nil || draft.status != nil else { return }
        let state =
            draft.state ?? table.states.first { $0.statuses.contains(draft.status ?? 0) }?.state ?? Int(row.state)
        guard let statuses = table.states.first(where: { $0.state == state })?.statuses else { return }
        let status = draft.status ?? (state == Int(row.state) ? Int(row.status) : statuses[0])
        guard statuses.contains(status) else {
            throw DataverseProblem(
                400, "0x80048408",
                "\(status) is not a valid status code for state code \(state) on \(table.name.rawValue) with Id "
                    + "\(row.id.text).")
        }
        row.state = Int32(state)
        row.status = Int32(status)
    }

    /// A case has a title and a customer.
    ///
    /// That the real service insists on the title too is what `crm.md` says.
    private func checkRequired(
        _ row: DataverseRow, _ draft: DataverseDraft, _ table: DataverseTable
    ) throws(DataverseProblem) {
        guard table.name == .incident else { return }
        guard row.text("title", table)?.isEmpty == false else {
            throw .argument("Required field 'title' of the incident is missing.")
        }
        guard row.value(named: "_customerid_value", table) != nil else {
            throw .argument("You should specify a parent contact or account.")
        }
        let customers = draft.binds.filter { $0.id != nil && $0.navigation.name.hasPrefix("customerid_") }
        guard customers.count < 2 else {
            throw .argument("You can either specify a parent contact or account, but not both.")
        }
    }

    /// The rules that are there from the start: contacts by their address of e-mail, accounts by their name.
    ///
    /// That leads
    /// have one too does not matter here; the exact columns are general knowledge.
    private mutating func checkDuplicates(_ row: DataverseRow, _ table: DataverseTable) throws(DataverseProblem) {
        let columns: [DataverseTable.Name: String] = [.contact: "emailaddress1", .account: "name"]
        guard let column = columns[table.name], let text = row.text(column, table), !text.isEmpty else { return }
        guard find(table.name, column, .text(text)).allSatisfy({ $0.id == row.id }) else { throw .duplicate }
    }

    private mutating func putParties(
        _ draft: DataverseDraft, of call: GUID, user: GUID, now: Timestamp
    ) throws(DataverseProblem) {
        let table = DataverseSchema.activityparty
        for party in draft.parties ?? [] {
            guard count(.activityparty) < DataverseRows.limit else { throw .full }
            var row = DataverseRow(id: newID(), by: user, now: now)
            for entry in party.values { row.set(entry.column, entry.value) }
            if let bind = party.bind { row.set(bind.navigation.column, .lookup(bind.id, bind.navigation.target)) }
            if let column = table.position("_activityid_value") { row.set(column, .lookup(call, .phonecall)) }
            put(row, .activityparty)
        }
    }

    private mutating func removeParties(of call: GUID) {
        for party in find(.activityparty, "_activityid_value", .lookup(call, .phonecall)) {
            remove(party.id, .activityparty)
        }
    }
}

extension DataverseOrganization {
    /// Takes a row as a test brings it, with its date of creation if it says one.
    mutating func take(_ draft: DataverseDraft, _ table: DataverseTable, now: Timestamp) throws(DataverseProblem)
        -> GUID
    {
        let id = draft.id ?? newID()
        if table.name == .phonecall { removeParties(of: id) }
        try insert(draft, id, table, user: users.person, now: now)
        return id
    }
}
