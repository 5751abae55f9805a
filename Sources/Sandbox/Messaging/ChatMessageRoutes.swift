import Events

/// Messages of Programmable Chat.
enum ChatMessageRoutes {
    private static let messages = "Services/{service}/Channels/{conversation}/Messages"

    static let routes: [RestRoute] =
        MessagingRoutes.chat(.post, messages, create) + MessagingRoutes.chat(.get, messages, list)
        + MessagingRoutes.chat(.get, messages + "/{message}", fetch)
        + MessagingRoutes.chat(.post, messages + "/{message}", update)
        + MessagingRoutes.chat(.delete, messages + "/{message}", remove)

    private static func create(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let draft = try request.messageDraft(author: "From")
        guard draft.body?.isEmpty == false || !draft.media.isEmpty else { throw .missing("Body or MediaSid") }
        let message = try world.postMessage(draft, in: position, origin: .rest(request), isChat: true)
        return .object(201) { world.writeChatMessage(message, of: position, root: world.chatRoot(request), &$0) }
    }

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let page = try request.messagePage(world, in: position)
        let root = world.chatRoot(request)
        return page.answer("messages") { world.writeChatMessage($0, of: position, root: root, &$1) }
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        guard let at = world.messaging.message(request["message"], in: position) else { throw .notFound(request.path) }
        let message = world.messaging[position].messages[at]
        return .object { world.writeChatMessage(message, of: position, root: world.chatRoot(request), &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let message = try world.updateMessage(
            request["message"], in: position, try request.messageDraft(author: "From"), origin: .rest(request),
            isChat: true)
        return .object { world.writeChatMessage(message, of: position, root: world.chatRoot(request), &$0) }
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        try world.removeMessage(request["message"], in: position, origin: .rest(request))
        return .noContent
    }
}
