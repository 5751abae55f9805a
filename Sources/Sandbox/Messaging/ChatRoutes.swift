import Events
import Twilio

/// Channels and members of Programmable Chat: conversations and participants by their old names.
enum ChatRoutes {
    private static let channels = "Services/{service}/Channels"
    private static let members = "Services/{service}/Channels/{conversation}/Members"

    static let routes: [RestRoute] =
        MessagingRoutes.chat(.post, channels, create) + MessagingRoutes.chat(.get, channels, list)
        + MessagingRoutes.chat(.get, channels + "/{conversation}", fetch)
        + MessagingRoutes.chat(.post, channels + "/{conversation}", update)
        + MessagingRoutes.chat(.delete, channels + "/{conversation}", remove)
        + MessagingRoutes.chat(.post, members, addMember) + MessagingRoutes.chat(.get, members, listMembers)
        + MessagingRoutes.chat(.get, members + "/{participant}", fetchMember)
        + MessagingRoutes.chat(.post, members + "/{participant}", updateMember)
        + MessagingRoutes.chat(.delete, members + "/{participant}", removeMember)

    private static func create(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        let position = try world.createConversation(
            try request.conversationDraft(), service: service, origin: .rest(request))
        return .object(201) { world.writeChannel(position, root: world.chatRoot(request), &$0) }
    }

    private static func list(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let service = try request.service(world)
        let positions = world.messaging.conversations.indices.filter {
            world.messaging.conversations[$0]?.serviceSID == service
        }
        let page = try Page(request, positions) { world.messaging[$0].sid }
        let root = world.chatRoot(request)
        return page.answer("channels") { world.writeChannel($0, root: root, &$1) }
    }

    private static func fetch(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        return .object { world.writeChannel(position, root: world.chatRoot(request), &$0) }
    }

    private static func update(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        try world.updateConversation(position, try request.conversationDraft(), origin: .rest(request))
        return .object { world.writeChannel(position, root: world.chatRoot(request), &$0) }
    }

    private static func remove(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        world.removeConversation(try request.conversation(world), origin: .rest(request))
        return .noContent
    }

    private static func addMember(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        _ = try request.required("Identity")
        let member = try world.addParticipant(try request.participantDraft(), to: position, origin: .rest(request))
        return .object(201) { world.writeMember(member, of: position, root: world.chatRoot(request), &$0) }
    }

    private static func listMembers(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let wanted = request.query.all("Identity")
        let found = world.messaging[position].participants.filter {
            wanted.isEmpty || wanted.contains($0.identity ?? $0.sid)
        }
        let page = try Page(request, found, key: \.sid)
        let root = world.chatRoot(request)
        return page.answer("members") { world.writeMember($0, of: position, root: root, &$1) }
    }

    private static func fetchMember(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let member = try request.participant(world, in: position)
        return .object { world.writeMember(member, of: position, root: world.chatRoot(request), &$0) }
    }

    private static func updateMember(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let sid = try request.participant(world, in: position).sid
        let member = try world.updateParticipant(
            sid, in: position, try request.participantDraft(), origin: .rest(request))
        return .object { world.writeMember(member, of: position, root: world.chatRoot(request), &$0) }
    }

    private static func removeMember(_ world: inout World, _ request: RestRequest) throws(TwilioProblem) -> RestAnswer {
        let position = try request.conversation(world)
        let sid = try request.participant(world, in: position).sid
        try world.removeParticipant(sid, from: position, origin: .rest(request))
        return .noContent
    }
}
