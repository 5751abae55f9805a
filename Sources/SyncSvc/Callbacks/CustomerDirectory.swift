import Events

/// The answers of the CRM callback, in the shapes the mobile app reads.
enum CustomerDirectory {
    /// One customer in a list.
    struct Entry: Hashable, Sendable {
        let reference: CustomerReference
        let displayName: String
        var avatar: String?
    }

    /// Customers on one page; the app asks for 30.
    static let maxPage = 100

    /// `GetCustomerDetailsByCustomerId`.
    ///
    /// - Parameters:
    ///   - id: The id as the app sent it.
    ///   - facts: What the Flex side knows.
    ///   - worker: The agent who asks.
    ///   - fields: What of the pre-engagement form is shown.
    /// - Returns: The body of the answer.
    static func details(id: String, facts: CustomerFacts, worker: String?, fields: [String]) -> JSONValue {
        let channels = facts.channels.map { channel -> JSONValue in
            ["type": .string(channel.kind.rawValue), "value": .string(channel.value)]
        }
        var customer = JSONObject()
        customer["customer_id"] = .string(id)
        customer["display_name"] = .string(facts.displayName)
        customer["channels"] = .array(channels)
        customer["links"] = .array([])
        if let avatar = facts.attributes["avatar"]?.string { customer["avatar"] = .string(avatar) }
        let content = facts.details(fields: fields)
        customer["details"] = ["title": .string(facts.displayName), "content": .string(content)]
        customer["worker"] = worker.map { .string($0) }
        return ["objects": ["customer": .object(customer)]]
    }

    /// `GetCustomersList`: one page of an agent's customers, by name.
    ///
    /// - Parameters:
    ///   - entries: All of them.
    ///   - query: Part of a name, in any case.
    ///   - token: From the page before: how many were shown already.
    ///   - pageSize: 1…100.
    /// - Returns: The body of the answer.
    static func list(_ entries: [Entry], query: String?, token: String?, pageSize: Int) -> JSONValue {
        let wanted = query?.lowercased() ?? ""
        let found = entries.filter { wanted.isEmpty || $0.displayName.lowercased().contains(wanted) }
            .sorted { ($0.displayName, $0.reference.conversation) < ($1.displayName, $1.reference.conversation) }
        let start = min(max(0, token.flatMap { Int($0) } ?? 0), found.count)
        let page = found[start...].prefix(max(1, min(pageSize, maxPage)))
        var objects = JSONObject()
        objects["customers"] = .array(page.map(\.json))
        objects["searchable"] = true
        if page.endIndex < found.count { objects["next_page_token"] = .string(String(page.endIndex)) }
        return ["objects": .object(objects)]
    }
}

extension CustomerDirectory.Entry {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("customer_id", .string(reference.text)), ("display_name", .string(displayName)),
        ])
        object["avatar"] = avatar.map { .string($0) }
        return .object(object)
    }
}
