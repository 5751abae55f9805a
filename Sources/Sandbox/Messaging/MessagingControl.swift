import Events

/// How customers and agents act in conversations, below `/sandbox/v1/`.
enum MessagingControl {
    private static let conversation = "conversations/{conversation}"

    static let routes: [RestRoute] = [
        RestRoute(.get, "conversations", list), RestRoute(.get, conversation, fetch),
        RestRoute(.get, "media/{media}", media), RestRoute(.post, "customer/chats", beginChat),
        RestRoute(.post, "customer/sms", text), RestRoute(.post, "customer/crowd", gather),
        RestRoute(.post, asking: conversation + "/messages", post),
        RestRoute(.post, conversation + "/edit", edit), RestRoute(.post, conversation + "/remove", remove),
        RestRoute(.post, conversation + "/read", read), RestRoute(.post, conversation + "/typing", typing),
        RestRoute(.post, conversation + "/leave", leave), RestRoute(.post, conversation + "/close", close),
        RestRoute(.post, "agent/transfer", transfer),
    ]

    /// Conversations at most in one answer.
    private static let listLimit = 500
    /// Messages of each conversation in an answer, the newest.
    private static let messageLimit = 500

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let limit = try request.int("limit", in: 1...listLimit) ?? 100
        let isWhole = try request.bool("messages") ?? false
        let newest = world.messaging.conversations.indices
            .filter { world.messaging.conversations[$0] != nil }
            .sorted { world.messaging[$0].lastActivity > world.messaging[$1].lastActivity }
            .prefix(limit)
        return .object { json in
            json.objects("conversations", newest) { world.writePage($0, messages: isWhole ? messageLimit : nil, &$1) }
        }
    }

    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> Int {
        guard let position = world.messaging.find(request["conversation"], service: nil) else {
            throw .notFound(request.path)
        }
        return position
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        return .object { world.writePage(position, messages: messageLimit, &$0) }
    }

    private static func media(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let item = world.messaging.media[request["media"]] else { throw .notFound(request.path) }
        var answer = RestAnswer(status: 200, body: item.bytes, contentType: item.contentType)
        // A file of somebody else must not become a page of ours.
        answer.headers = [
            ("Content-Disposition", "inline"), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ]
        return answer
    }

    private static func beginChat(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let chat = try world.beginWebChat(name: try request.required("name"), body: request.text("body"))
        return .object(201) { json in
            json.text("conversation_sid", world.messaging[chat.position].sid)
            json.text("identity", chat.identity)
            json.text("task_sid", chat.task)
        }
    }

    /// All visitors of web chats write, in turn, at a rate.
    private static func gather(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let messages = try request.int("messages", in: 1...Crowd.messageLimit) else { throw .missing("messages") }
        guard let rate = try request.int("per_second", in: 1...Crowd.rateLimit) else { throw .missing("per_second") }
        let chats = world.webChats
        guard !chats.isEmpty else { throw .notFound("open web chats") }
        world.gather(Crowd(conversations: chats, messages: messages, perSecond: rate, began: world.clock))
        return .object(202) { $0.number("conversations", chats.count) }
    }

    private static func text(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let isWhatsApp = request.text("channel") == "whatsapp"
        func address(_ text: String) -> String {
            isWhatsApp && !text.hasPrefix("whatsapp:") ? "whatsapp:" + text : text
        }
        let ours = isWhatsApp ? world.project.whatsAppNumber : world.project.number
        var draft = MessageDraft()
        draft.body = try request.required("body")
        let sid = try world.receive(
            from: address(try request.required("from")), to: address(request.text("to") ?? ours), draft)
        return .object(201) { $0.text("conversation_sid", sid) }
    }

    /// Someone in a conversation writes: an SDK user, or a customer by phone, told apart by who the author is.
    private static func post(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestOutcome {
        let position = try find(world, request)
        var draft = MessageDraft()
        let author = try request.required("author")
        draft.author = author
        draft.body = request.text("body")
        draft.attributes = request.text("attributes")
        draft.media = try upload(&world, request, author: author, position)
        guard draft.body?.isEmpty == false || !draft.media.isEmpty else { throw .missing("body or media") }
        let origin = origin(of: author, in: position, world)
        guard let hook = world.messageHook(draft, in: position, origin: origin) else {
            return .answer(answer(try world.postMessage(draft, in: position, origin: origin), in: position, world))
        }
        let sid = world.messaging[position].sid
        return .ask(hook) { [draft] world, reply throws(TwilioProblem) in
            guard let position = world.messaging.find(sid, service: nil) else { throw .notFound(request.path) }
            let message = try world.postMessage(try reply.applied(to: draft), in: position, origin: origin)
            return answer(message, in: position, world)
        }
    }

    private static func upload(
        _ world: inout World, _ request: RestRequest, author: String, _ position: Int
    ) throws(TwilioProblem) -> [String] {
        guard request.contentType.hasPrefix("application/json") else { return [] }
        var sids: [String] = []
        for file in try request.jsonBody()["media"]?.array ?? [] {
            guard let bytes = file["data"]?.string.flatMap({ Base64.decode($0.utf8) }) else {
                throw .invalid("media.data", "it is Base64")
            }
            let service = world.messaging[position].serviceSID
            let item = try world.addMedia(
                bytes, contentType: file["content_type"]?.string ?? "application/octet-stream",
                filename: file["filename"]?.string, author: author, service: service)
            sids.append(item.sid)
        }
        return sids
    }

    private static func origin(of author: String, in position: Int, _ world: World) -> Origin {
        world.messaging[position].participant(author: author)?.binding.map { .carrier($0.kind) } ?? .sdk(author)
    }

    private static func answer(_ message: Message, in position: Int, _ world: World) -> RestAnswer {
        .object(201) {
            World.writePage(message, of: world.messaging[position].sid, world.media(of: message), &$0)
        }
    }

    private static func edit(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        var draft = MessageDraft()
        draft.body = try request.required("body")
        let author = request.text("author") ?? "system"
        draft.lastUpdatedBy = author
        let message = try world.updateMessage(
            try request.required("message_sid"), in: position, draft, origin: origin(of: author, in: position, world))
        return answer(message, in: position, world)
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        let author = request.text("author") ?? "system"
        try world.removeMessage(
            try request.required("message_sid"), in: position, origin: origin(of: author, in: position, world))
        return .noContent
    }

    /// The participant that the body names by identity or address.
    private static func participant(
        _ world: World, _ request: RestRequest, in position: Int
    ) throws(TwilioProblem) -> Participant {
        let identity = try request.required("identity")
        guard let found = world.messaging[position].participant(author: identity) else {
            throw .notFound("participant of this identity")
        }
        return found
    }

    private static func read(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        let participant = try participant(world, request, in: position)
        var draft = ParticipantDraft()
        draft.lastReadIndex = try request.int("index", in: 0...Int.max)
        if draft.lastReadIndex == nil { draft.lastReadIndex = world.messaging[position].messages.last?.index }
        let origin = origin(of: participant.identity ?? "", in: position, world)
        try world.updateParticipant(participant.sid, in: position, draft, origin: origin)
        return .noContent
    }

    private static func typing(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        let identity = try request.required("identity")
        let sid = world.messaging[position].sid
        world.record(.typing, .updated) { json in
            json.text("conversation_sid", sid)
            json.text("identity", identity)
        }
        return .noContent
    }

    private static func leave(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        let participant = try participant(world, request, in: position)
        let origin = origin(of: participant.identity ?? participant.binding?.address ?? "", in: position, world)
        try world.removeParticipant(participant.sid, from: position, origin: origin)
        return .noContent
    }

    private static func close(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try find(world, request)
        let origin = request.text("identity").map { Origin.sdk($0) } ?? .platform
        world.setState(position, .closed, reason: "EVENT", origin: origin)
        return .noContent
    }

    private static func transfer(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        guard let position = world.messaging.find(try request.required("conversation_sid"), service: nil) else {
            throw .notFound("conversation")
        }
        try world.transfer(position, from: try request.required("from"), to: try request.required("to"))
        return .object { world.writePage(position, messages: nil, &$0) }
    }
}
