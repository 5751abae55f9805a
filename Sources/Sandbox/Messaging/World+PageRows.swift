import Events

/// What the Sandbox's own pages see of messaging, in answers and on the stream.
extension World {
    mutating func show(_ action: Change.Action, conversation position: Int) {
        // Without its messages: a change that holds them would copy them at the next one.
        var conversation = messaging[position]
        let (count, last) = (conversation.messages.count, conversation.messages.last)
        conversation.messages = MessageList()
        let shown = conversation
        let lastIndex = messaging[position].messages.nextIndex - 1
        let files = last.map { media(of: $0) } ?? []
        record(.conversation, action) { json in
            Self.writePage(shown, &json)
            json.number("message_count", count)
            json.number("last_message_index", lastIndex < 0 ? nil : lastIndex)
            if let last { json.object("last_message") { Self.writePage(last, of: shown.sid, files, &$0) } }
        }
    }

    mutating func show(_ action: Change.Action, participant: Participant, in position: Int) {
        let conversation = messaging[position].sid
        record(.participant, action) { Self.writePage(participant, of: conversation, &$0) }
    }

    mutating func show(_ action: Change.Action, message: Message, in position: Int) {
        let conversation = messaging[position].sid
        let files = media(of: message)
        record(.message, action) { Self.writePage(message, of: conversation, files, &$0) }
    }

    /// The media of a message, without their bytes.
    func media(of message: Message) -> [MediaItem] {
        guard !message.media.isEmpty else { return [] }
        return message.media.compactMap { messaging.media[$0] }
    }

    /// A conversation for the pages, with its newest messages when asked.
    func writePage(_ position: Int, messages limit: Int?, _ json: inout JSONFields) {
        let conversation = messaging[position]
        Self.writePage(conversation, &json)
        json.number("message_count", conversation.messages.count)
        let lastIndex = conversation.messages.nextIndex - 1
        json.number("last_message_index", lastIndex < 0 ? nil : lastIndex)
        if let last = conversation.messages.last {
            json.object("last_message") { Self.writePage(last, of: conversation.sid, media(of: last), &$0) }
        }
        guard let limit else { return }
        let newest = conversation.messages.page(after: nil, isDescending: true, limit: limit).items.reversed()
        json.objects("messages", newest) { message, row in
            Self.writePage(message, of: conversation.sid, media(of: message), &row)
        }
    }

    private static func writePage(_ conversation: Conversation, _ json: inout JSONFields) {
        json.text("sid", conversation.sid)
        json.text("service_sid", conversation.serviceSID)
        json.text("friendly_name", conversation.friendlyName)
        json.text("unique_name", conversation.uniqueName)
        json.text("state", conversation.state.rawValue)
        json.attributes(conversation.attributes)
        json.text("date_created", conversation.created.withMilliseconds)
        json.text("date_updated", conversation.updated.withMilliseconds)
        json.text("created_by", conversation.createdBy)
        json.objects("participants", conversation.participants) { writePage($0, of: conversation.sid, &$1) }
    }

    static func writePage(_ participant: Participant, of conversation: String, _ json: inout JSONFields) {
        json.text("sid", participant.sid)
        json.text("conversation_sid", conversation)
        json.text("identity", participant.identity)
        json.text("address", participant.binding?.address)
        json.text("proxy_address", participant.binding?.proxyAddress)
        json.text("binding_type", participant.binding?.kind.rawValue ?? "chat")
        json.text("role_sid", participant.roleSID)
        json.attributes(participant.attributes)
        json.number("last_read_message_index", participant.lastReadIndex)
        json.text("date_created", participant.created.withMilliseconds)
    }

    static func writePage(
        _ message: Message, of conversation: String, _ files: [MediaItem], _ json: inout JSONFields
    ) {
        json.text("sid", message.sid)
        json.text("conversation_sid", conversation)
        json.number("index", message.index)
        json.text("author", message.author)
        json.text("participant_sid", message.participantSID)
        json.text("body", message.body)
        json.attributes(message.attributes)
        json.objects("media", files) { file, row in
            row.text("sid", file.sid)
            row.text("filename", file.filename)
            row.text("content_type", file.contentType)
            row.number("size", file.bytes.count)
        }
        json.text("date_created", message.created.withMilliseconds)
        json.text("date_updated", message.updated.withMilliseconds)
        json.bool("edited", message.isEdited)
        json.objects("receipts", message.receipts) { receipt, row in
            row.text("participant_sid", receipt.participantSID)
            row.text("status", receipt.status.rawValue)
            row.number("error_code", receipt.errorCode == 0 ? nil : receipt.errorCode)
        }
    }
}

extension JSONFields {
    /// Attributes as the value they are, or as text when they do not parse.
    mutating func attributes(_ text: String) {
        if (try? JSONText.check(text.utf8)) != nil {
            raw("attributes", Array(text.utf8))
        } else {
            self.text("attributes", text)
        }
    }
}
