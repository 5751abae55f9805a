import Events

/// What customers do from outside: web chats and messages from a phone.
extension World {
    /// A visitor of a web page begins a chat.
    ///
    /// - Parameters:
    ///   - name: How the visitor calls themself.
    ///   - body: The first message, if there is one.
    /// - Returns: The conversation's position, the visitor's identity and the task that Flex made of it, if it did.
    /// - Throws: ``TwilioProblem``.
    mutating func beginWebChat(
        name: String, body: String?
    ) throws(TwilioProblem) -> (position: Int, identity: String, task: String?) {
        let service = messaging.defaultServiceSID
        let number = newSIDNumber()
        let identity = "anonymous-" + String(number.high, radix: 36).prefix(10)
        var draft = ConversationDraft()
        draft.friendlyName = name
        let engagement = JSONObject([("friendlyName", .string(name)), ("from", .string(name))])
        draft.attributes =
            JSONValue.object(
                JSONObject([
                    ("channel_type", "web"), ("from", .string(name)), ("pre_engagement_data", .object(engagement)),
                ])
            ).description
        let origin = Origin.sdk(identity)
        let position = try createConversation(draft, service: service, origin: origin)
        var visitor = ParticipantDraft()
        visitor.identity = identity
        visitor.attributes =
            JSONValue.object(JSONObject([("member_type", "guest"), ("name", .string(name))])).description
        try addParticipant(visitor, to: position, origin: origin)
        let sid = messaging[position].sid
        if let body {
            var message = MessageDraft()
            message.author = identity
            message.body = body
            _ = try postMessage(message, in: position, origin: origin)
        }
        guard project.routesToFlex else { return (position, identity, nil) }
        let task = flexBegan(
            sid, channel: "web",
            attributes: JSONObject([
                ("customerName", .string(name)), ("name", .string(name)), ("from", .string(name)),
                ("identity", .string(identity)), ("channelType", "web"),
            ]))
        return (position, identity, task)
    }

    /// A message from a phone: to the open conversation of the pair of numbers, else to a new one.
    ///
    /// - Parameters:
    ///   - address: The sender, `+…` or `whatsapp:+…`.
    ///   - proxy: Our number, spelled likewise.
    ///   - draft: Body and media.
    /// - Returns: The conversation's SID; the message is in it at once, or when it is no longer initializing.
    /// - Throws: ``TwilioProblem``: 404 when no address configuration makes conversations of messages to our number.
    mutating func receive(
        from address: String, to proxy: String, _ draft: MessageDraft
    ) throws(TwilioProblem) -> String {
        let binding = MessagingBinding(address: address, proxyAddress: proxy)
        let origin = Origin.carrier(binding.kind)
        var draft = draft
        draft.author = address
        let open = messaging.conversations(ofAddress: address).last { position in
            messaging[position].state != .closed
                && messaging[position].participants.contains {
                    $0.binding?.address == address && $0.binding?.proxyAddress == proxy
                }
        }
        if let open {
            let sid = messaging[open].sid
            if messaging[open].state == .initializing {
                postWhenActive(draft, in: sid, origin: origin)
            } else {
                _ = try postMessage(draft, in: open, origin: origin)
            }
            return sid
        }
        if let channel = proxyTakes(from: address, to: proxy, body: draft.body ?? "") { return channel }
        return try autoCreate(binding, draft, origin: origin)
    }

    /// Makes the conversation of a first message, as the number's address configuration says.
    private mutating func autoCreate(
        _ binding: MessagingBinding, _ draft: MessageDraft, origin: Origin
    ) throws(TwilioProblem) -> String {
        let configured = messaging.addresses.first {
            $0.address == binding.proxyAddress && $0.type == binding.kind.rawValue
        }
        if let configured, !configured.isEnabled {
            throw .notFound("address configuration that makes conversations of messages to this number")
        }
        var conversation = ConversationDraft()
        conversation.state = .initializing
        conversation.friendlyName = binding.address
        let position = try createConversation(
            conversation, service: configured?.serviceSID ?? messaging.defaultServiceSID, origin: origin)
        let sid = messaging[position].sid
        if let configured, configured.creation == "webhook", let url = configured.webhookURL {
            messaging[position].webhooks.append(
                ScopedWebhook(
                    sid: newSID("WH"), target: "webhook", url: url, method: configured.webhookMethod,
                    filters: configured.webhookFilters, triggers: [], flowSID: nil, created: now, updated: now))
        }
        var customer = ParticipantDraft()
        customer.binding = binding
        try addParticipant(customer, to: position, origin: origin)
        postWhenActive(draft, in: sid, origin: origin)
        let isFlex = configured.map { $0.creation == "studio" } ?? project.routesToFlex
        after(Self.initializingTime) { world in
            guard let position = world.messaging.find(sid, service: nil) else { return }
            world.setState(position, .active, reason: "EVENT", origin: .platform)
            guard isFlex else { return }
            _ = world.flexBegan(
                sid, channel: binding.kind.rawValue,
                attributes: JSONObject([
                    ("customerAddress", .string(binding.address)), ("from", .string(binding.address)),
                    ("name", .string(binding.address)), ("channelType", .string(binding.kind.rawValue)),
                ]))
        }
        return sid
    }

    /// How long a conversation that Twilio made itself is `initializing`.
    static let initializingTime: Duration = .milliseconds(20)

    private mutating func postWhenActive(_ draft: MessageDraft, in sid: String, origin: Origin) {
        after(Self.initializingTime + .milliseconds(1)) { world in
            guard let position = world.messaging.find(sid, service: nil) else { return }
            _ = try? world.postMessage(draft, in: position, origin: origin)
        }
    }

    // The agents' mobile app

    /// An agent hands a conversation over in the app: participants change, and an event stands in the attributes.
    mutating func transfer(_ position: Int, from: String, to: String) throws(TwilioProblem) {
        guard messaging[position].participant(identity: from) != nil else { throw .notFound("participant \(from)") }
        var joining = ParticipantDraft()
        joining.identity = to
        try addParticipant(joining, to: position, origin: .sdk(from))
        if let at = messaging[position].participant(identity: from) {
            try removeParticipant(messaging[position].participants[at].sid, from: position, origin: .sdk(from))
        }
        var object = (try? JSONValue(parsing: Array(messaging[position].attributes.utf8)))?.object ?? JSONObject()
        let date = now.unixMilliseconds
        var events = object["frontline.events"]?.array ?? []
        events.append(["type": "transfer", "date": .number(JSONNumber(date)), "from": .string(from), "to": .string(to)])
        object["frontline.events"] = .array(events)
        var draft = ConversationDraft()
        draft.attributes = JSONValue.object(object).description
        try updateConversation(position, draft, origin: .sdk(from))
    }
}
