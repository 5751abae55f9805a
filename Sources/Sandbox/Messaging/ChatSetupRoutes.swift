import Events

/// Services and users of Programmable Chat.
enum ChatSetupRoutes {
    static let routes: [RestRoute] =
        MessagingRoutes.chat(.get, "Services", list) + MessagingRoutes.chat(.get, "Services/{service}", fetch)
        + MessagingRoutes.chat(.post, "Services/{service}", update)
        + MessagingRoutes.chat(.get, "Services/{service}/Users", listUsers)
        + MessagingRoutes.chat(.post, "Services/{service}/Users", createUser)
        + MessagingRoutes.chat(.get, "Services/{service}/Users/{user}", fetchUser)
        + MessagingRoutes.chat(.post, "Services/{service}/Users/{user}", updateUser)
        + MessagingRoutes.chat(.get, "Services/{service}/Users/{user}/Channels", userChannels)

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        try Page(request, world.messaging.services, key: \.sid).answer("services") {
            world.writeChatService($0, request, &$1)
        }
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let at = world.messaging.service(request["service"]) else { throw .notFound(request.path) }
        return .object { world.writeChatService(world.messaging.services[at], request, &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let at = world.messaging.service(request["service"]) else { throw .notFound(request.path) }
        var service = world.messaging.services[at]
        if let name = request.text("FriendlyName") { service.friendlyName = name }
        if let url = request.text("PreWebhookUrl") {
            service.chatWebhook.preURL = try ConversationSetupRoutes.checked(url, "PreWebhookUrl")
        }
        if let url = request.text("PostWebhookUrl") {
            service.chatWebhook.postURL = try ConversationSetupRoutes.checked(url, "PostWebhookUrl")
        }
        if let method = request.text("WebhookMethod") {
            service.chatWebhook.method = try method.webhookMethod("WebhookMethod")
        }
        let filters = request.all("WebhookFilters")
        if !filters.isEmpty { service.chatWebhook.filters = filters.filter { !$0.isEmpty } }
        service.chatWebhook.preRetries =
            try request.int("PreWebhookRetryCount", in: 0...3) ?? service.chatWebhook.preRetries
        service.chatWebhook.postRetries =
            try request.int("PostWebhookRetryCount", in: 0...3) ?? service.chatWebhook.postRetries
        service.isReadStatusEnabled = try request.bool("ReadStatusEnabled") ?? service.isReadStatusEnabled
        service.isReachabilityEnabled = try request.bool("ReachabilityEnabled") ?? service.isReachabilityEnabled
        service.updated = world.now
        world.messaging.services[at] = service
        return .object { world.writeChatService(service, request, &$0) }
    }

    private static func listUsers(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        let page = try Page(request, world.messaging.users.filter { $0.serviceSID == service }, key: \.sid)
        return page.answer("users") { world.write($0, root: world.chatRoot(request), isChat: true, &$1) }
    }

    private static func createUser(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let user = world.messaging.users[try world.createUser(request)]
        return .object(201) { world.write(user, root: world.chatRoot(request), isChat: true, &$0) }
    }

    private static func fetchUser(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let user = world.messaging.users[try world.user(request)]
        return .object { world.write(user, root: world.chatRoot(request), isChat: true, &$0) }
    }

    private static func updateUser(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let user = world.messaging.users[try world.updateUser(request)]
        return .object { world.write(user, root: world.chatRoot(request), isChat: true, &$0) }
    }

    private static func userChannels(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let user = world.messaging.users[try world.user(request)]
        let root = world.chatRoot(request)
        let positions = world.messaging.conversations(ofIdentity: user.identity).filter {
            world.messaging[$0].serviceSID == user.serviceSID
        }
        let page = try Page(request, positions, maxSize: 50) { world.messaging[$0].sid }
        return page.answer("channels") { position, row in
            let channel = world.messaging[position]
            let member = channel.participant(identity: user.identity).map { channel.participants[$0] }
            row.text("account_sid", world.project.accountSID)
            row.text("service_sid", channel.serviceSID)
            row.text("channel_sid", channel.sid)
            row.text("user_sid", user.sid)
            row.text("member_sid", member?.sid)
            row.text("status", "joined")
            row.number("last_consumed_message_index", member?.lastReadIndex)
            row.number("unread_messages_count", channel.messages.nextIndex - 1 - (member?.lastReadIndex ?? -1))
            row.text("notification_level", "default")
            row.text("url", "\(root)/Users/\(user.sid)/Channels/\(channel.sid)")
            row.object("links") { links in
                links.text("channel", "\(root)/Channels/\(channel.sid)")
                links.text("member", "\(root)/Channels/\(channel.sid)/Members/\(member?.sid ?? "")")
            }
        }
    }
}
