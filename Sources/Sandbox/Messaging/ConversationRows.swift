import Events

/// How the Conversations API writes its resources.
extension World {
    /// `…/v1`, or `…/v1/Services/{IS}` when the request came that way.
    func conversationsRoot(_ request: RestRequest) -> String {
        let service = request.captures.first { $0.name == "service" }?.value
        return request.baseURL + "/v1" + (service.map { "/Services/" + $0 } ?? "")
    }

    func write(_ position: Int, root: String, _ json: inout JSONFields) {
        let conversation = messaging[position]
        let url = root + "/Conversations/" + conversation.sid
        json.text("sid", conversation.sid)
        json.text("account_sid", project.accountSID)
        json.text("chat_service_sid", conversation.serviceSID)
        json.text("messaging_service_sid", conversation.messagingServiceSID)
        json.text("friendly_name", conversation.friendlyName)
        json.text("unique_name", conversation.uniqueName)
        json.text("attributes", conversation.attributes)
        json.text("state", conversation.state.rawValue)
        json.date("date_created", conversation.created)
        json.date("date_updated", conversation.updated)
        json.object("timers") { writeTimers(conversation, &$0) }
        json.null("bindings")
        json.text("url", url)
        json.object("links") { links in
            links.text("participants", url + "/Participants")
            links.text("messages", url + "/Messages")
            links.text("webhooks", url + "/Webhooks")
        }
    }

    func writeTimers(_ conversation: Conversation, _ json: inout JSONFields) {
        if let wait = conversation.inactiveAfter, conversation.state == .active {
            json.date("date_inactive", conversation.lastActivity.advanced(by: wait))
        }
        if let wait = conversation.closedAfter, conversation.state != .closed {
            json.date("date_closed", conversation.lastActivity.advanced(by: wait))
        }
    }

    func write(_ participant: Participant, of position: Int, root: String, _ json: inout JSONFields) {
        let conversation = messaging[position].sid
        json.text("sid", participant.sid)
        json.text("account_sid", project.accountSID)
        json.text("chat_service_sid", messaging[position].serviceSID)
        json.text("conversation_sid", conversation)
        json.text("identity", participant.identity)
        json.text("attributes", participant.attributes)
        write(participant.binding, name: "messaging_binding", &json)
        json.text("role_sid", participant.roleSID)
        json.date("date_created", participant.created)
        json.date("date_updated", participant.updated)
        json.number("last_read_message_index", participant.lastReadIndex)
        json.text("last_read_timestamp", participant.lastRead?.wholeSeconds.rfc3339)
        json.text("url", "\(root)/Conversations/\(conversation)/Participants/\(participant.sid)")
    }

    func write(_ binding: MessagingBinding?, name: StaticString, _ json: inout JSONFields) {
        guard let binding else { return json.null(name) }
        json.object(name) { row in
            row.text("type", binding.kind.rawValue)
            row.text("address", binding.address)
            row.text("proxy_address", binding.proxyAddress)
            row.text("projected_address", binding.projectedAddress)
        }
    }

    func write(_ message: Message, of position: Int, root: String, _ json: inout JSONFields) {
        let sid = message.sid
        let conversation = messaging[position].sid
        let url = "\(root)/Conversations/\(conversation)/Messages/\(sid)"
        json.text("sid", sid)
        json.text("account_sid", project.accountSID)
        json.text("chat_service_sid", messaging[position].serviceSID)
        json.text("conversation_sid", conversation)
        json.number("index", message.index)
        json.text("author", message.author)
        json.text("body", message.body)
        json.text("subject", message.subject)
        json.text("attributes", message.attributes)
        if message.media.isEmpty {
            json.null("media")
        } else {
            json.objects("media", media(of: message)) { Self.writeMedia($0, &$1) }
        }
        json.text("participant_sid", message.participantSID)
        json.date("date_created", message.created)
        json.date("date_updated", message.updated)
        json.null("content_sid")
        writeDelivery(message.receipts, &json)
        json.text("url", url)
        json.object("links") { links in
            links.text("delivery_receipts", url + "/Receipts")
            links.text("channel_metadata", url + "/ChannelMetadata")
        }
    }

    static func writeMedia(_ media: MediaItem, _ json: inout JSONFields) {
        json.text("sid", media.sid)
        json.text("filename", media.filename)
        json.text("content_type", media.contentType)
        json.number("size", media.bytes.count)
        json.text("category", "media")
    }

    /// How many customers outside the message has reached: all, some or none.
    private func writeDelivery(_ receipts: [DeliveryReceipt], _ json: inout JSONFields) {
        guard !receipts.isEmpty else { return json.null("delivery") }
        func amount(_ statuses: Set<DeliveryReceipt.Status>) -> String {
            let count = receipts.count { statuses.contains($0.status) }
            return count == 0 ? "none" : count == receipts.count ? "all" : "some"
        }
        json.object("delivery") { row in
            row.number("total", receipts.count)
            row.text("sent", amount([.sent, .delivered, .read]))
            row.text("delivered", amount([.delivered, .read]))
            row.text("read", amount([.read]))
            row.text("failed", amount([.failed]))
            row.text("undelivered", amount([.undelivered]))
        }
    }

    func write(
        _ receipt: DeliveryReceipt, of message: String, in position: Int, root: String, _ json: inout JSONFields
    ) {
        let conversation = messaging[position].sid
        json.text("sid", receipt.sid)
        json.text("account_sid", project.accountSID)
        json.text("chat_service_sid", messaging[position].serviceSID)
        json.text("conversation_sid", conversation)
        json.text("message_sid", message)
        json.text("channel_message_sid", receipt.channelMessageSID)
        json.text("participant_sid", receipt.participantSID)
        json.text("status", receipt.status.rawValue)
        json.number("error_code", receipt.errorCode)
        json.date("date_created", receipt.created)
        json.date("date_updated", receipt.updated)
        json.text("url", "\(root)/Conversations/\(conversation)/Messages/\(message)/Receipts/\(receipt.sid)")
    }

    /// A row of ParticipantConversations.
    func write(_ participant: Participant, in position: Int, root: String, _ json: inout JSONFields) {
        let conversation = messaging[position]
        json.text("account_sid", project.accountSID)
        json.text("chat_service_sid", conversation.serviceSID)
        json.text("participant_sid", participant.sid)
        let user = participant.identity.flatMap { messaging.user($0, service: conversation.serviceSID) }
        json.text("participant_user_sid", user.map { messaging.users[$0].sid })
        json.text("participant_identity", participant.identity)
        write(participant.binding, name: "participant_messaging_binding", &json)
        json.text("conversation_sid", conversation.sid)
        json.text("conversation_unique_name", conversation.uniqueName)
        json.text("conversation_friendly_name", conversation.friendlyName)
        json.text("conversation_attributes", conversation.attributes)
        json.date("conversation_date_created", conversation.created)
        json.date("conversation_date_updated", conversation.updated)
        json.text("conversation_created_by", conversation.createdBy)
        json.text("conversation_state", conversation.state.rawValue)
        json.object("conversation_timers") { writeTimers(conversation, &$0) }
        json.object("links") { links in
            links.text("participant", "\(root)/Conversations/\(conversation.sid)/Participants/\(participant.sid)")
            links.text("conversation", "\(root)/Conversations/\(conversation.sid)")
        }
    }
}
