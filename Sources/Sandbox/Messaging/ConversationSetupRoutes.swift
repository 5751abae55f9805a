import Events

/// Services, users, roles, webhooks and addresses of Conversations.
enum ConversationSetupRoutes {
    static let routes: [RestRoute] =
        [
            RestRoute(.get, "conversations/v1/Services", listServices),
            RestRoute(.post, "conversations/v1/Services", createService),
            RestRoute(.get, "conversations/v1/Services/{service}", fetchService),
            RestRoute(.get, "conversations/v1/Configuration/Webhooks", fetchAccountWebhook),
            RestRoute(.post, "conversations/v1/Configuration/Webhooks", updateAccountWebhook),
            RestRoute(.get, "conversations/v1/Services/{service}/Configuration/Webhooks", fetchServiceWebhook),
            RestRoute(.post, "conversations/v1/Services/{service}/Configuration/Webhooks", updateServiceWebhook),
        ] + MessagingRoutes.both(.get, "Users", listUsers) + MessagingRoutes.both(.post, "Users", createUser)
        + MessagingRoutes.both(.get, "Users/{user}", fetchUser)
        + MessagingRoutes.both(.post, "Users/{user}", updateUser)
        + MessagingRoutes.both(.get, "Roles", listRoles)
        + ScopedWebhookRoutes.routes + AddressRoutes.routes

    private static func listServices(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let page = try Page(request, world.messaging.services, key: \.sid)
        return page.answer("services") { world.write($0, root: request.baseURL + "/v1", &$1) }
    }

    private static func createService(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer
    {
        let service = world.makeService(sid: world.newSID("IS"), name: try request.required("FriendlyName"))
        world.messaging.services.append(service)
        return .object(201) { world.write(service, root: request.baseURL + "/v1", &$0) }
    }

    private static func fetchService(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let at = world.messaging.service(request["service"]) else { throw .notFound(request.path) }
        return .object { world.write(world.messaging.services[at], root: request.baseURL + "/v1", &$0) }
    }

    // Webhooks

    /// Takes over what a request says; what it leaves out stays.
    private static func apply(_ request: RestRequest, to webhook: inout WebhookConfiguration) throws(TwilioProblem) {
        if let url = request.text("PreWebhookUrl") { webhook.preURL = try checked(url, "PreWebhookUrl") }
        if let url = request.text("PostWebhookUrl") { webhook.postURL = try checked(url, "PostWebhookUrl") }
        if let method = request.text("Method") { webhook.method = try method.webhookMethod("Method") }
        let filters = request.all("Filters")
        if !filters.isEmpty { webhook.filters = filters.filter { !$0.isEmpty } }
        if let target = request.text("Target") { webhook.target = target }
    }

    /// A webhook's URL: http(s), or empty for none.
    static func checked(_ url: String, _ parameter: String) throws(TwilioProblem) -> String {
        guard url.isEmpty || url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw .invalid(parameter, "it is an absolute URL")
        }
        return url
    }

    private static func write(_ webhook: WebhookConfiguration, _ json: inout JSONFields) {
        json.text("pre_webhook_url", webhook.preURL.isEmpty ? nil : webhook.preURL)
        json.text("post_webhook_url", webhook.postURL.isEmpty ? nil : webhook.postURL)
        json.text("method", webhook.method.rawValue)
        json.value("filters", .array(webhook.filters.map { .string($0) }))
    }

    private static func answer(_ world: World, _ request: RestRequest) -> RestAnswer {
        .object { json in
            json.text("account_sid", world.project.accountSID)
            write(world.messaging.accountWebhook, &json)
            json.text("target", world.messaging.accountWebhook.target)
            json.text("url", request.url)
        }
    }

    private static func answer(_ world: World, _ request: RestRequest, service at: Int) -> RestAnswer {
        .object { json in
            json.text("account_sid", world.project.accountSID)
            json.text("chat_service_sid", world.messaging.services[at].sid)
            write(world.messaging.services[at].webhook, &json)
            json.text("url", request.url)
        }
    }

    private static func fetchAccountWebhook(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        answer(world, request)
    }

    private static func updateAccountWebhook(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        try apply(request, to: &world.messaging.accountWebhook)
        return answer(world, request)
    }

    private static func fetchServiceWebhook(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        guard let at = world.messaging.service(request["service"]) else { throw .notFound(request.path) }
        return answer(world, request, service: at)
    }

    private static func updateServiceWebhook(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        guard let at = world.messaging.service(request["service"]) else { throw .notFound(request.path) }
        try apply(request, to: &world.messaging.services[at].webhook)
        return answer(world, request, service: at)
    }

    // Users and roles

    private static func listUsers(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        let page = try Page(request, world.messaging.users.filter { $0.serviceSID == service }, key: \.sid)
        return page.answer("users") { world.write($0, root: world.conversationsRoot(request), isChat: false, &$1) }
    }

    private static func createUser(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try world.createUser(request)
        let user = world.messaging.users[position]
        return .object(201) { world.write(user, root: world.conversationsRoot(request), isChat: false, &$0) }
    }

    private static func fetchUser(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let user = try world.user(request)
        return .object {
            world.write(world.messaging.users[user], root: world.conversationsRoot(request), isChat: false, &$0)
        }
    }

    private static func updateUser(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let user = try world.updateUser(request)
        return .object {
            world.write(world.messaging.users[user], root: world.conversationsRoot(request), isChat: false, &$0)
        }
    }

    private static func listRoles(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let sid = try request.service(world)
        let roles = world.messaging.service(sid).map { world.messaging.services[$0].roles } ?? []
        let page = try Page(request, roles, key: \.sid)
        return page.answer("roles") { role, row in
            row.text("sid", role.sid)
            row.text("account_sid", world.project.accountSID)
            row.text("chat_service_sid", sid)
            row.text("friendly_name", role.friendlyName)
            row.text("type", role.type)
            row.value("permissions", .array(role.permissions.map { .string($0) }))
            row.text("url", "\(request.url)/\(role.sid)")
        }
    }
}

extension String {
    /// How a webhook is sent.
    func webhookMethod(_ parameter: String) throws(TwilioProblem) -> RestMethod {
        switch uppercased() {
        case "POST": .post
        case "GET": .get
        default: throw .invalid(parameter, "it is GET or POST")
        }
    }
}
