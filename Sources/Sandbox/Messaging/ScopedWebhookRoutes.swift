import Events

/// Webhooks of one conversation, in both dialects.
enum ScopedWebhookRoutes {
    static let routes: [RestRoute] =
        MessagingRoutes.both(.post, "Conversations/{conversation}/Webhooks", create)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Webhooks", list)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Webhooks/{webhook}", fetch)
        + MessagingRoutes.both(.post, "Conversations/{conversation}/Webhooks/{webhook}", update)
        + MessagingRoutes.both(.delete, "Conversations/{conversation}/Webhooks/{webhook}", remove)
        + MessagingRoutes.chat(.post, "Services/{service}/Channels/{conversation}/Webhooks", create)
        + MessagingRoutes.chat(.get, "Services/{service}/Channels/{conversation}/Webhooks", list)
        + MessagingRoutes.chat(.get, "Services/{service}/Channels/{conversation}/Webhooks/{webhook}", fetch)
        + MessagingRoutes.chat(.post, "Services/{service}/Channels/{conversation}/Webhooks/{webhook}", update)
        + MessagingRoutes.chat(.delete, "Services/{service}/Channels/{conversation}/Webhooks/{webhook}", remove)

    private static func create(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        guard world.messaging[position].webhooks.count < Conversation.maxWebhooks else {
            throw TwilioProblem(
                status: 400, code: 50368, "A conversation has at most \(Conversation.maxWebhooks) webhooks")
        }
        let target = try request.required(isChat(request) ? "Type" : "Target")
        guard ["webhook", "trigger", "studio"].contains(target) else {
            throw .invalid("Target", "it is webhook, trigger or studio")
        }
        var webhook = ScopedWebhook(
            sid: world.newSID("WH"), target: target, url: "", method: .post, filters: [], triggers: [], flowSID: nil,
            created: world.now, updated: world.now)
        try apply(request, to: &webhook)
        if target == "webhook", webhook.url.isEmpty { throw .missing("Configuration.Url") }
        if target == "studio", webhook.flowSID == nil { throw .missing("Configuration.FlowSid") }
        world.messaging[position].webhooks.append(webhook)
        return .object(201) { write(webhook, world, position, request, &$0) }
    }

    private static func apply(_ request: RestRequest, to webhook: inout ScopedWebhook) throws(TwilioProblem) {
        if let url = request.text("Configuration.Url") {
            webhook.url = try ConversationSetupRoutes.checked(url, "Configuration.Url")
        }
        if let method = request.text("Configuration.Method") {
            webhook.method = try method.webhookMethod("Configuration.Method")
        }
        let filters = request.all("Configuration.Filters")
        if !filters.isEmpty { webhook.filters = filters }
        let triggers = request.all("Configuration.Triggers")
        if !triggers.isEmpty { webhook.triggers = triggers }
        if let flow = request.text("Configuration.FlowSid") { webhook.flowSID = flow }
        webhook.retries = try request.int("Configuration.RetryCount", in: 0...3) ?? webhook.retries
    }

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let page = try Page(request, world.messaging[position].webhooks, key: \.sid)
        return page.answer("webhooks") { write($0, world, position, request, &$1) }
    }

    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> (Int, Int) {
        let position = try request.conversation(world)
        guard let at = world.messaging[position].webhooks.firstIndex(where: { $0.sid == request["webhook"] }) else {
            throw .notFound(request.path)
        }
        return (position, at)
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let (position, at) = try find(world, request)
        return .object { write(world.messaging[position].webhooks[at], world, position, request, &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let (position, at) = try find(world, request)
        try apply(request, to: &world.messaging[position].webhooks[at])
        world.messaging[position].webhooks[at].updated = world.now
        return .object { write(world.messaging[position].webhooks[at], world, position, request, &$0) }
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let (position, at) = try find(world, request)
        world.messaging[position].webhooks.remove(at: at)
        return .noContent
    }

    private static func isChat(_ request: RestRequest) -> Bool { request.path.contains("/Channels/") }

    private static func write(
        _ webhook: ScopedWebhook, _ world: World, _ position: Int, _ request: RestRequest, _ json: inout JSONFields
    ) {
        let conversation = world.messaging[position]
        json.text("sid", webhook.sid)
        json.text("account_sid", world.project.accountSID)
        if isChat(request) {
            json.text("service_sid", conversation.serviceSID)
            json.text("channel_sid", conversation.sid)
            json.text("type", webhook.target)
        } else {
            json.text("chat_service_sid", conversation.serviceSID)
            json.text("conversation_sid", conversation.sid)
            json.text("target", webhook.target)
        }
        json.object("configuration") { row in
            if webhook.target == "studio" {
                row.text("flow_sid", webhook.flowSID)
            } else {
                row.text("url", webhook.url)
                row.text("method", webhook.method.rawValue)
                row.value("filters", .array(webhook.filters.map { .string($0) }))
                if !webhook.triggers.isEmpty { row.value("triggers", .array(webhook.triggers.map { .string($0) })) }
            }
        }
        json.date("date_created", webhook.created)
        json.date("date_updated", webhook.updated)
        let url = request.url.hasSuffix(webhook.sid) ? request.url : "\(request.url)/\(webhook.sid)"
        json.text("url", url)
    }
}
