import Events

/// Messages and receipts of Conversations.
enum ConversationMessageRoutes {
    static let routes: [RestRoute] =
        MessagingRoutes.both(.post, asking: "Conversations/{conversation}/Messages", create)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Messages", list)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Messages/{message}", fetch)
        + MessagingRoutes.both(.post, "Conversations/{conversation}/Messages/{message}", update)
        + MessagingRoutes.both(.delete, "Conversations/{conversation}/Messages/{message}", remove)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Messages/{message}/Receipts", receipts)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Messages/{message}/Receipts/{receipt}", receipt)

    private static func create(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestOutcome {
        let position = try request.conversation(world)
        let draft = try request.messageDraft(author: "Author")
        guard draft.body?.isEmpty == false || !draft.media.isEmpty || request.text("ContentSid") != nil else {
            throw TwilioProblem(status: 400, code: 50505, "A message needs a Body, a MediaSid or a ContentSid")
        }
        let origin = Origin.rest(request)
        guard let hook = world.messageHook(draft, in: position, origin: origin) else {
            let message = try world.postMessage(draft, in: position, origin: origin)
            return .answer(
                .object(201) { world.write(message, of: position, root: world.conversationsRoot(request), &$0) })
        }
        let sid = world.messaging[position].sid
        return .ask(hook) { world, reply throws(TwilioProblem) in
            guard let position = world.messaging.find(sid, service: nil) else { throw .notFound(request.path) }
            let message = try world.postMessage(try reply.applied(to: draft), in: position, origin: origin)
            return .object(201) { world.write(message, of: position, root: world.conversationsRoot(request), &$0) }
        }
    }

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let page = try request.messagePage(world, in: position)
        let root = world.conversationsRoot(request)
        return page.answer("messages") { world.write($0, of: position, root: root, &$1) }
    }

    /// The message that the path names.
    private static func find(
        _ world: World, _ request: RestRequest
    ) throws(TwilioProblem) -> (position: Int, message: Message) {
        let position = try request.conversation(world)
        guard let at = world.messaging.message(request["message"], in: position) else { throw .notFound(request.path) }
        return (position, world.messaging[position].messages[at])
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let (position, message) = try find(world, request)
        return .object { world.write(message, of: position, root: world.conversationsRoot(request), &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let message = try world.updateMessage(
            request["message"], in: position, try request.messageDraft(author: "Author"), origin: .rest(request))
        return .object { world.write(message, of: position, root: world.conversationsRoot(request), &$0) }
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        try world.removeMessage(request["message"], in: position, origin: .rest(request))
        return .noContent
    }

    private static func receipts(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let (position, message) = try find(world, request)
        let page = try Page(request, message.receipts, key: \.sid)
        let root = world.conversationsRoot(request)
        return page.answer("delivery_receipts") {
            world.write($0, of: message.sid, in: position, root: root, &$1)
        }
    }

    private static func receipt(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let (position, message) = try find(world, request)
        guard let receipt = message.receipts.first(where: { $0.sid == request["receipt"] }) else {
            throw .notFound(request.path)
        }
        let root = world.conversationsRoot(request)
        return .object { world.write(receipt, of: message.sid, in: position, root: root, &$0) }
    }
}

extension World {
    /// The question to the pre-event webhook of a new message.
    func messageHook(_ draft: MessageDraft, in position: Int, origin: Origin) -> Webhook? {
        guard origin.fires else { return nil }
        let isChat = project.dialect == .chat
        let author = draft.author ?? origin.identity ?? "system"
        var parameters: Parameters = [
            (isChat ? "ChannelSid" : "ConversationSid", messaging[position].sid), ("Body", draft.body ?? ""),
            (isChat ? "From" : "Author", author), ("Attributes", draft.attributes ?? "{}"),
        ]
        if !draft.media.isEmpty { parameters.append(("Media", mediaText(draft.media))) }
        return preEvent(
            isChat ? "onMessageSend" : "onMessageAdd", service: messaging[position].serviceSID, origin: origin,
            parameters)
    }
}

extension PreEventReply {
    /// A message with what the pre-event webhook changed: body, author, attributes.
    func applied(to draft: MessageDraft) throws(TwilioProblem) -> MessageDraft {
        var draft = draft
        try apply { json in
            draft.body = json["body"]?.string ?? draft.body
            draft.author = json["author"]?.string ?? draft.author
            draft.attributes = json["attributes"]?.string ?? draft.attributes
        }
        return draft
    }
}
