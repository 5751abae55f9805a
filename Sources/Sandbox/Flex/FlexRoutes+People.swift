import Events

extension FlexRoutes {
    static let webChats: [RestRoute] = [
        RestRoute(.post, "flex-api/v2/WebChats") { world, request throws(TwilioProblem) in
            _ = try request.required("AddressSid")
            var about = JSONObject()
            if let text = request.text("PreEngagementData") {
                guard let data = (try? JSONValue(parsing: Array(text.utf8)))?.object else {
                    throw .invalid("PreEngagementData", "it is a JSON object")
                }
                about["pre_engagement_data"] = .object(data)
            }
            let name = request.text("CustomerFriendlyName") ?? "Customer"
            about["customerName"] = .string(name)
            about["from"] = .string(name)
            let identity = request.text("Identity") ?? world.newSID("").prefix(12).description
            let position = try world.createConversation(
                ConversationDraft(
                    friendlyName: request.text("ChatFriendlyName") ?? name,
                    attributes: JSONValue.object(about).description),
                service: world.messaging.defaultServiceSID, origin: .sdk(identity))
            let conversation = world.messaging[position].sid
            try world.addParticipant(ParticipantDraft(identity: identity), to: position, origin: .sdk(identity))
            _ = world.flexBegan(conversation, channel: "web", attributes: about)
            return .object(201) { json in
                json.text("conversation_sid", conversation)
                json.text("identity", identity)
            }
        }
    ]

    static let frontline: [RestRoute] = [
        RestRoute(.get, "frontline-api/v1/Users/{user}") { world, request throws(TwilioProblem) in
            let identity = try user(world, request["user"])
            return .object { $0.frontlineMembers(of: identity, in: world, base: request.baseURL) }
        },
        RestRoute(.post, "frontline-api/v1/Users/{user}") { world, request throws(TwilioProblem) in
            let identity = try user(world, request["user"])
            if let available = try request.bool("IsAvailable") {
                world.flex.frontlineAvailable[identity] = available
            }
            return .object { $0.frontlineMembers(of: identity, in: world, base: request.baseURL) }
        },
    ]

    /// A Frontline user's identity by it or by the SID.
    private static func user(_ world: World, _ reference: String) throws(TwilioProblem) -> String {
        if world.flex.frontlineUsers[reference] != nil { return reference }
        guard let identity = world.flex.frontlineUsers.first(where: { $0.value == reference })?.key else {
            throw .notFound("/Users/\(reference)")
        }
        return identity
    }
}
