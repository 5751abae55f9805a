import Events
import Twilio

/// Conversations and participants.
enum ConversationRoutes {
    static let routes: [RestRoute] =
        MessagingRoutes.both(.post, asking: "Conversations", create)
        + MessagingRoutes.both(.get, "Conversations", list)
        + MessagingRoutes.both(.get, "Conversations/{conversation}", fetch)
        + MessagingRoutes.both(.post, "Conversations/{conversation}", update)
        + MessagingRoutes.both(.delete, "Conversations/{conversation}", remove)
        + MessagingRoutes.both(.post, asking: "Conversations/{conversation}/Participants", addParticipant)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Participants", listParticipants)
        + MessagingRoutes.both(.get, "Conversations/{conversation}/Participants/{participant}", fetchParticipant)
        + MessagingRoutes.both(.post, "Conversations/{conversation}/Participants/{participant}", updateParticipant)
        + MessagingRoutes.both(.delete, "Conversations/{conversation}/Participants/{participant}", removeParticipant)
        + MessagingRoutes.both(.get, "ParticipantConversations", participantConversations)
        + MessagingRoutes.both(.post, "ConversationWithParticipants", createWithParticipants)

    private static func create(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestOutcome {
        let service = try request.service(world)
        let draft = try request.conversationDraft()
        let origin = Origin.rest(request)
        let make: @Sendable (inout World, ConversationDraft) throws(TwilioProblem) -> RestAnswer = {
            world, draft throws(TwilioProblem) in
            let position = try world.createConversation(draft, service: service, origin: origin)
            return .object(201) { world.write(position, root: world.conversationsRoot(request), &$0) }
        }
        try world.check(draft, service: service)
        var parameters: World.Parameters = [("Attributes", draft.attributes ?? "{}")]
        if let name = draft.friendlyName { parameters.append(("FriendlyName", name)) }
        if let name = draft.uniqueName { parameters.append(("UniqueName", name)) }
        guard let hook = world.preEvent("onConversationAdd", service: service, origin: origin, parameters) else {
            return .answer(try make(&world, draft))
        }
        return .ask(hook) { world, reply throws(TwilioProblem) in
            var draft = draft
            try reply.apply { draft.friendlyName = $0["friendly_name"]?.string ?? draft.friendlyName }
            return try make(&world, draft)
        }
    }

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        let state = request.query.first("State")
        let start = request.query.first("StartDate")
        let end = request.query.first("EndDate")
        let positions = world.messaging.conversations.indices.filter { position in
            guard let conversation = world.messaging.conversations[position], conversation.serviceSID == service else {
                return false
            }
            let day = conversation.created.rfc3339
            return (state == nil || conversation.state.rawValue == state) && (start.map { $0 <= day } ?? true)
                && (end.map { $0 >= day.prefix($0.count) } ?? true)
        }
        let page = try Page(request, positions) { world.messaging[$0].sid }
        let root = world.conversationsRoot(request)
        return page.answer("conversations") { world.write($0, root: root, &$1) }
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        return .object { world.write(position, root: world.conversationsRoot(request), &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        try world.updateConversation(position, try request.conversationDraft(), origin: .rest(request))
        return .object { world.write(position, root: world.conversationsRoot(request), &$0) }
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        world.removeConversation(try request.conversation(world), origin: .rest(request))
        return .noContent
    }

    // Participants

    private static func addParticipant(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestOutcome {
        let position = try request.conversation(world)
        let sid = world.messaging[position].sid
        let draft = try request.participantDraft()
        let origin = Origin.rest(request)
        let make: @Sendable (inout World, ParticipantDraft) throws(TwilioProblem) -> RestAnswer = {
            world, draft throws(TwilioProblem) in
            guard let position = world.messaging.find(sid, service: nil) else { throw .notFound(request.path) }
            let participant = try world.addParticipant(draft, to: position, origin: origin)
            let root = world.conversationsRoot(request)
            return .object(201) { world.write(participant, of: position, root: root, &$0) }
        }
        var parameters: World.Parameters = [("ConversationSid", sid), ("Attributes", draft.attributes ?? "{}")]
        if let identity = draft.identity { parameters.append(("Identity", identity)) }
        if let binding = draft.binding { parameters.append(("MessagingBinding.Address", binding.address)) }
        let service = world.messaging[position].serviceSID
        guard let hook = world.preEvent("onParticipantAdd", service: service, origin: origin, parameters) else {
            return .answer(try make(&world, draft))
        }
        return .ask(hook) { world, reply throws(TwilioProblem) in
            var draft = draft
            try reply.apply { draft.attributes = $0["attributes"]?.string ?? draft.attributes }
            return try make(&world, draft)
        }
    }

    private static func listParticipants(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let page = try Page(request, world.messaging[position].participants, key: \.sid)
        let root = world.conversationsRoot(request)
        return page.answer("participants") { world.write($0, of: position, root: root, &$1) }
    }

    private static func fetchParticipant(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let participant = try request.participant(world, in: position)
        return .object { world.write(participant, of: position, root: world.conversationsRoot(request), &$0) }
    }

    private static func updateParticipant(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let sid = try request.participant(world, in: position).sid
        let participant = try world.updateParticipant(
            sid, in: position, try request.participantDraft(), origin: .rest(request))
        return .object { world.write(participant, of: position, root: world.conversationsRoot(request), &$0) }
    }

    private static func removeParticipant(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let sid = try request.participant(world, in: position).sid
        try world.removeParticipant(sid, from: position, origin: .rest(request))
        return .noContent
    }

    private static func participantConversations(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        let identity = request.query.first("Identity")
        let address = request.query.first("Address")
        guard identity != nil || address != nil else { throw .missing("Identity or Address") }
        let positions =
            identity.map { world.messaging.conversations(ofIdentity: $0) }
            ?? world.messaging.conversations(ofAddress: address ?? "")
        let rows = positions.compactMap { position -> (position: Int, participant: Participant)? in
            guard world.messaging[position].serviceSID == service else { return nil }
            let found = world.messaging[position].participants.first {
                identity != nil ? $0.identity == identity : $0.binding?.address == address
            }
            return found.map { (position, $0) }
        }
        let page = try Page(request, rows, maxSize: 50) { $0.participant.sid }
        let root = world.conversationsRoot(request)
        return page.answer("conversations") { world.write($0.participant, in: $0.position, root: root, &$1) }
    }

    private static func createWithParticipants(
        _ world: inout World, _ request: RestRequest
    ) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        var drafts: [ParticipantDraft] = []
        for text in request.all("Participant") {
            guard let json = try? JSONValue(parsing: Array(text.utf8)) else {
                throw .invalid("Participant", "it is a JSON object")
            }
            var draft = ParticipantDraft()
            draft.identity = json["identity"]?.string
            draft.attributes = json["attributes"]?.string
            draft.roleSID = json["role_sid"]?.string
            if let address = json["messaging_binding"]?["address"]?.string,
                let proxy = json["messaging_binding"]?["proxy_address"]?.string
            {
                draft.binding = MessagingBinding(address: address, proxyAddress: proxy)
            }
            drafts.append(draft)
        }
        let origin = Origin.rest(request)
        let position = try world.createConversation(
            try request.conversationDraft(), service: service, origin: origin)
        for draft in drafts {
            do throws(TwilioProblem) {
                try world.addParticipant(draft, to: position, origin: origin)
            } catch {
                // All or nothing: a refused participant leaves no conversation behind.
                world.removeConversation(position, origin: origin)
                throw error
            }
        }
        return .object(201) { world.write(position, root: world.conversationsRoot(request), &$0) }
    }
}
