import Events

/// The calls of Flex Interactions, web chats and Frontline users.
enum FlexRoutes {
    static let routes: [RestRoute] = interactions + parts + transfers + webChats + frontline

    private static let interactions: [RestRoute] = [
        RestRoute(.post, "flex-api/v1/Interactions") { world, request throws(TwilioProblem) in
            let channel = try object(request, "Channel", isRequired: true)
            let routing = try object(request, "Routing", isRequired: false)
            let sid = try world.beginInteraction(channel: channel, routing: routing)
            return try answer(world, request, sid)
        },
        RestRoute(.get, "flex-api/v1/Interactions/{interaction}") { world, request throws(TwilioProblem) in
            try answer(world, request, request["interaction"])
        },
        RestRoute(.get, "flex-api/v1/Interactions/{interaction}/Channels") { world, request throws(TwilioProblem) in
            let interaction = try find(world, request)
            return try Page(request, [interaction], maxSize: 1_000, key: \.channelSID)
                .answer("channels") { $1.channelMembers(of: $0, base: request.baseURL) }
        },
        RestRoute(.get, "flex-api/v1/Interactions/{interaction}/Channels/{channel}") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            return .object { $0.channelMembers(of: interaction, base: request.baseURL) }
        },
        RestRoute(.post, "flex-api/v1/Interactions/{interaction}/Channels/{channel}") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            let status = try request.required("Status")
            let routing = try object(request, "Routing", isRequired: false)
            let completes = routing["status"]?.string == "closed"
            switch status {
            case "closed": world.closeChannel(of: interaction.sid, completes: completes)
            case "inactive":
                guard completes else { throw .invalid("Routing", "inactive needs {\"status\":\"closed\"}") }
                for invite in interaction.invites {
                    world.endTask(invite.taskSID, completes: true, reason: "Channel inactive")
                }
                _ = world.flex.interactions.update(interaction.sid) { $0.status = .inactive }
                if let position = world.messaging.find(interaction.conversationSID, service: nil) {
                    world.setState(position, .inactive, reason: "API", origin: .platform)
                }
            default: throw .invalid("Status", "it is closed or inactive")
            }
            let after = try channel(world, request)
            return .object { $0.channelMembers(of: after, base: request.baseURL) }
        },
    ]

    private static let parts: [RestRoute] = [
        RestRoute(.get, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Invites") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            return try Page(request, interaction.invites, maxSize: 1_000, key: \.sid).answer("invites") {
                $1.members(of: $0, in: interaction, base: request.baseURL)
            }
        },
        RestRoute(.post, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Invites") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            let routing = try object(request, "Routing", isRequired: true)
            let invite = try world.invite(to: interaction.sid, routing: routing)
            return .object { $0.members(of: invite, in: interaction, base: request.baseURL) }
        },
        RestRoute(.get, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Participants") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            return try Page(request, interaction.parties.filter { !$0.isClosed }, maxSize: 1_000, key: \.sid)
                .answer("participants") { $1.members(of: $0, in: interaction, base: request.baseURL) }
        },
        RestRoute(.post, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Participants") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            let type = try request.required("Type")
            let media = try object(request, "MediaProperties", isRequired: true)
            guard let position = world.messaging.find(interaction.conversationSID, service: nil) else {
                throw .notFound(interaction.conversationSID)
            }
            var draft = ParticipantDraft(identity: media["identity"]?.string)
            if let address = media["address"]?.string {
                draft.binding = MessagingBinding(
                    address: address, proxyAddress: media["proxy_address"]?.string ?? world.project.number)
            }
            let participant = try world.addParticipant(draft, to: position, origin: .platform)
            let party = Interaction.Party(
                sid: world.newSID("UT"), type: type, taskSID: nil, participantSID: participant.sid)
            _ = world.flex.interactions.update(interaction.sid) { $0.parties.append(party) }
            return .object { $0.members(of: party, in: interaction, base: request.baseURL) }
        },
        RestRoute(.post, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Participants/{party}") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            guard let party = interaction.parties.first(where: { $0.sid == request["party"] }) else {
                throw .notFound("/Participants/\(request["party"])")
            }
            switch try request.required("Status") {
            case "closed": world.close(party: party.sid, of: interaction.sid, completes: true)
            case "wrapup": world.close(party: party.sid, of: interaction.sid, completes: false)
            default: throw .invalid("Status", "it is closed or wrapup")
            }
            return .object { $0.members(of: party, in: interaction, base: request.baseURL) }
        },
    ]

    private static let transfers: [RestRoute] = [
        RestRoute(.post, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Transfers") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            let body = try request.jsonBody()
            let transfer = try world.transfer(
                interaction.sid, type: body["type"]?.string ?? "warm",
                from: body["from"]?.string ?? body["from"]?["sid"]?.string, to: body["to"] ?? body["routing"] ?? [:])
            return .object { $0.members(of: transfer, in: interaction, base: request.baseURL) }
        },
        RestRoute(.get, "flex-api/v1/Interactions/{interaction}/Channels/{channel}/Transfers/{transfer}") {
            world, request throws(TwilioProblem) in
            let interaction = try channel(world, request)
            guard let transfer = interaction.transfers.first(where: { $0.sid == request["transfer"] }) else {
                throw .notFound("/Transfers/\(request["transfer"])")
            }
            return .object { $0.members(of: transfer, in: interaction, base: request.baseURL) }
        },
    ]

    /// A parameter that is a JSON object in text.
    private static func object(
        _ request: RestRequest, _ name: String, isRequired: Bool
    ) throws(TwilioProblem) -> JSONValue {
        let text: String? = isRequired ? try request.required(name) : request.text(name)
        guard let text else { return [:] }
        guard let value = try? JSONValue(parsing: Array(text.utf8)), value.object != nil else {
            throw .invalid(name, "it is a JSON object")
        }
        return value
    }

    private static func find(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> Interaction {
        guard let interaction = world.flex.interactions[request["interaction"]] else {
            throw .notFound("/Interactions/\(request["interaction"])")
        }
        return interaction
    }

    private static func channel(_ world: World, _ request: RestRequest) throws(TwilioProblem) -> Interaction {
        let interaction = try find(world, request)
        guard interaction.channelSID == request["channel"] else { throw .notFound("/Channels/\(request["channel"])") }
        return interaction
    }

    private static func answer(
        _ world: World, _ request: RestRequest, _ sid: String
    ) throws(TwilioProblem) -> RestAnswer {
        guard let interaction = world.flex.interactions[sid] else { throw .notFound("/Interactions/\(sid)") }
        let task = interaction.invites.first.flatMap { world.taskRouter.workspace.tasks[$0.taskSID] }
        return .object { $0.members(of: interaction, task: task, base: request.baseURL) }
    }
}
