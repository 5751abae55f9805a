import Events

/// What each request comes to.
extension DataverseOrganization {
    /// Answers a request of a user.
    ///
    /// - Throws: ``DataverseProblem``; then nothing was changed.
    mutating func answer(
        _ request: DataverseRequest, user: GUID, now: Timestamp
    ) throws(DataverseProblem) -> RestAnswer {
        let target = try request.target()
        let user = try caller(of: request, user)
        switch (request.method, target) {
        case (.get, .service): return serviceDocument(request)
        case (.get, .metadata): return DataverseMetadata.answer
        case (.get, .whoAmI): return whoAmI(request, user)
        case (.get, .rows(let table)): return try list(request, table)
        case (.get, .count(let table)): return try countAnswer(request, table)
        case (.get, .row(let table, let id)): return try get(request, table, id)
        case (.post, .rows(let table)): return try create(request, table, user: user, now: now)
        case (.patch, .row(let table, let id)): return try upsert(request, table, id, user: user, now: now)
        case (.delete, .row(let table, let id)): return try delete(request, table, id)
        default: throw .otherMethod
        }
    }

    /// For whom a request is done: the user of its token, or the one whom it names.
    private mutating func caller(of request: DataverseRequest, _ user: GUID) throws(DataverseProblem) -> GUID {
        if let text = request.callerObjectID {
            guard let id = GUID(text),
                let person = find(.systemuser, "azureactivedirectoryobjectid", .guid(id)).first
            else { throw .noMember }
            return person.id
        }
        if let text = request.callerID {
            guard let id = GUID(text), row(.systemuser, id) != nil else { throw .noMember }
            return id
        }
        return user
    }

    private func serviceDocument(_ request: DataverseRequest) -> RestAnswer {
        var answer = RestAnswer.object { json in
            json.text("@odata.context", request.root + "$metadata")
            json.objects("value", DataverseSchema.tables) { table, row in
                row.text("name", table.setName)
                row.text("kind", "EntitySet")
                row.text("url", table.setName)
            }
        }
        answer.contentType = Self.contentType
        return answer
    }

    private func whoAmI(_ request: DataverseRequest, _ user: GUID) -> RestAnswer {
        var answer = RestAnswer.object { json in
            json.text("@odata.context", request.root + "$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse")
            json.text("BusinessUnitId", DataverseSeed.businessUnit.text)
            json.text("UserId", user.text)
            json.text("OrganizationId", DataverseSeed.organization.text)
        }
        answer.contentType = Self.contentType
        return answer
    }

    private func query(
        _ request: DataverseRequest, _ table: DataverseTable
    ) throws(DataverseProblem) -> DataverseQuery {
        try DataverseQuery(request.options, table: table, pageSize: request.preferences.maxPageSize)
    }

    private mutating func list(
        _ request: DataverseRequest, _ name: DataverseTable.Name
    ) throws(DataverseProblem) -> RestAnswer {
        let table = DataverseSchema.table(name)
        let query = try query(request, table)
        let (rows, total) = try withRows(name) { (rows) throws(DataverseProblem) in
            let found = query.found(in: &rows)
            let limit = query.top.map { min($0, DataverseQuery.maxRows) } ?? query.pageSize
            return (found.dropFirst(query.skipped).prefix(limit).compactMap { rows.rows[$0] }, found.count)
        }
        var json = JSONWriter(capacity: 256 + rows.count * 256)
        json.raw("{\"@odata.context\":")
        json.string(request.root + "$metadata#" + table.setName + Self.selection(query, table))
        if query.countsRows {
            json.raw(",\"@odata.count\":")
            json.raw(Array(String(min(total, DataverseQuery.maxRows)).utf8))
        }
        json.raw(",\"value\":[")
        for (index, row) in rows.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw("{")
            write(row, table, query, request, &json)
            json.raw("}")
        }
        json.raw("]")
        if query.top == nil, query.skipped + rows.count < total {
            json.raw(",\"@odata.nextLink\":")
            json.string(Self.nextLink(request, table, skipped: query.skipped + rows.count, of: query.pageSize))
        }
        json.raw("}")
        return applied(RestAnswer(status: 200, body: json.bytes, contentType: Self.contentType), request)
    }

    /// The same address with the cookie of the next page.
    private static func nextLink(
        _ request: DataverseRequest, _ table: DataverseTable, skipped: Int, of size: Int
    ) -> String {
        let kept = request.rawQuery.split(separator: "&").filter {
            !$0.hasPrefix("$skiptoken=") && !$0.lowercased().hasPrefix("%24skiptoken=")
        }
        let token = "$skiptoken=" + FormText.encoded(DataversePage.token(skipped: skipped, page: skipped / size + 1))
        return request.root + table.setName + "?" + (kept.map(String.init) + [token]).joined(separator: "&")
    }

    private mutating func countAnswer(
        _ request: DataverseRequest, _ name: DataverseTable.Name
    ) throws(DataverseProblem) -> RestAnswer {
        let query = try query(request, DataverseSchema.table(name))
        let total = try withRows(name) { (rows) throws(DataverseProblem) in query.found(in: &rows).count }
        return RestAnswer(
            status: 200, body: Array(String(min(total, DataverseQuery.maxRows)).utf8), contentType: "text/plain")
    }

    private mutating func get(
        _ request: DataverseRequest, _ name: DataverseTable.Name, _ id: GUID
    ) throws(DataverseProblem) -> RestAnswer {
        let table = DataverseSchema.table(name)
        let query = try query(request, table)
        guard query.filter == nil, query.order.isEmpty, query.top == nil else {
            throw .query("A row is asked for by its key: $filter, $orderby and $top do not go with it.")
        }
        guard let row = row(name, id) else { throw .missing(name, id) }
        // What comes along may have changed although the row has not.
        if request.ifNoneMatch == row.etag, query.expansions.isEmpty, request.preferences.annotations.isEmpty {
            return RestAnswer(status: 304, body: [], contentType: Self.contentType)
        }
        return entity(row, table, query, request, status: 200)
    }

    /// One row as an answer.
    mutating func entity(
        _ row: DataverseRow, _ table: DataverseTable, _ query: DataverseQuery, _ request: DataverseRequest, status: Int
    ) -> RestAnswer {
        var json = JSONWriter(capacity: 1_024)
        json.raw("{\"@odata.context\":")
        json.string(request.root + "$metadata#" + table.setName + Self.selection(query, table) + "/$entity")
        json.raw(",")
        write(row, table, query, request, &json)
        json.raw("}")
        var answer = applied(RestAnswer(status: status, body: json.bytes, contentType: Self.contentType), request)
        answer.headers.append(("ETag", row.etag))
        return answer
    }

    func applied(_ answer: RestAnswer, _ request: DataverseRequest) -> RestAnswer {
        guard let preferences = request.preferences.applied else { return answer }
        var answer = answer
        answer.headers.append(("Preference-Applied", preferences))
        return answer
    }

    /// `(fullname,telephone1)` in a context.
    private static func selection(_ query: DataverseQuery, _ table: DataverseTable) -> String {
        guard query.select != nil || !query.expansions.isEmpty else { return "" }
        var names = query.select?.map { table.columns[$0].name } ?? []
        names += query.expansions.map { expansion in
            let target = DataverseSchema.table(expansion.navigation?.target ?? .activityparty)
            let inner = expansion.select?.map { target.columns[$0].name }.joined(separator: ",") ?? ""
            return "\(expansion.name)(\(inner))"
        }
        return "(\(names.joined(separator: ",")))"
    }
}
