import Events

/// The parameters of each event, as twilio.md 4.2 and 4.3 list them.
extension World {
    func appendConversations(
        _ event: MessagingEvent, to parameters: inout Parameters, position: Int, message: Message?,
        participant: Participant?, receipt: DeliveryReceipt?
    ) {
        let sid = messaging[position].sid
        switch event {
        case .messageAdded, .messageUpdated, .messageRemoved:
            guard let message else { return }
            parameters += [
                ("ConversationSid", sid), ("MessageSid", message.sid),
                ("MessagingServiceSid", messaging[position].messagingServiceSID), ("Index", String(message.index)),
                ("DateCreated", message.created.withMilliseconds), ("Body", message.body ?? ""),
                ("Author", message.author),
            ]
            if let participant = message.participantSID { parameters.append(("ParticipantSid", participant)) }
            parameters.append(("Attributes", message.attributes))
            if !message.media.isEmpty { parameters.append(("Media", mediaText(message.media))) }
            if event == .messageUpdated { parameters.append(("DateUpdated", message.updated.withMilliseconds)) }
            if event == .messageRemoved { parameters.append(("DateRemoved", now.withMilliseconds)) }
        case .conversationAdded, .conversationUpdated, .conversationRemoved:
            appendConversation(event, to: &parameters, position: position)
        case .participantAdded, .participantUpdated, .participantRemoved:
            guard let participant else { return }
            parameters += [
                ("ConversationSid", sid), ("ParticipantSid", participant.sid),
                ("DateCreated", participant.created.withMilliseconds),
            ]
            appendParticipant(participant, to: &parameters)
            if event == .participantUpdated {
                parameters.append(("DateUpdated", participant.updated.withMilliseconds))
                if let index = participant.lastReadIndex { parameters.append(("LastReadMessageIndex", String(index))) }
            }
            if event == .participantRemoved { parameters.append(("DateRemoved", now.withMilliseconds)) }
        case .deliveryUpdated:
            guard let message, let receipt else { return }
            parameters += [
                ("ConversationSid", sid), ("MessageSid", message.sid), ("DeliveryReceiptSid", receipt.sid),
                ("ChannelMessageSid", receipt.channelMessageSID), ("ParticipantSid", receipt.participantSID),
                ("Status", receipt.status.rawValue), ("ErrorCode", String(receipt.errorCode)),
                ("DateCreated", receipt.created.withMilliseconds), ("DateUpdated", receipt.updated.withMilliseconds),
            ]
        case .conversationStateUpdated, .userAdded, .userUpdated: break
        }
    }

    private func appendConversation(_ event: MessagingEvent, to parameters: inout Parameters, position: Int) {
        let conversation = messaging[position]
        parameters += [
            ("ConversationSid", conversation.sid), ("DateCreated", conversation.created.withMilliseconds),
            ("DateUpdated", conversation.updated.withMilliseconds),
        ]
        if let name = conversation.friendlyName { parameters.append(("FriendlyName", name)) }
        if let name = conversation.uniqueName { parameters.append(("UniqueName", name)) }
        parameters += [
            ("Attributes", conversation.attributes), ("MessagingServiceSid", conversation.messagingServiceSID),
            ("State", conversation.state.rawValue),
        ]
        if event == .conversationAdded, let binding = conversation.binding {
            parameters += [
                ("MessagingBinding.ProxyAddress", binding.proxyAddress), ("MessagingBinding.Address", binding.address),
                ("MessagingBinding.AuthorAddress", binding.address),
            ]
        }
        if event == .conversationRemoved { parameters.append(("DateRemoved", now.withMilliseconds)) }
    }

    private func appendParticipant(_ participant: Participant, to parameters: inout Parameters) {
        if let identity = participant.identity { parameters.append(("Identity", identity)) }
        if let role = participant.roleSID { parameters.append(("RoleSid", role)) }
        parameters.append(("Attributes", participant.attributes))
        guard let binding = participant.binding else {
            parameters.append(("MessagingBinding.Type", "CHAT"))
            return
        }
        parameters += [
            ("MessagingBinding.Type", binding.kind.rawValue.uppercased()),
            ("MessagingBinding.Address", binding.address), ("MessagingBinding.ProxyAddress", binding.proxyAddress),
        ]
        if let projected = binding.projectedAddress {
            parameters.append(("MessagingBinding.ProjectedAddress", projected))
        }
    }

    func appendChat(
        _ event: MessagingEvent, to parameters: inout Parameters, position: Int, message: Message?,
        participant: Participant?
    ) {
        parameters.append(("ChannelSid", messaging[position].sid))
        switch event {
        case .messageAdded, .messageUpdated, .messageRemoved:
            guard let message else { return }
            parameters += [
                ("MessageSid", message.sid), ("Index", String(message.index)), ("Body", message.body ?? ""),
                ("Attributes", message.attributes), ("From", message.author),
                ("DateCreated", message.created.withMilliseconds),
            ]
            if let media = message.media.first.flatMap({ messaging.media[$0] }) {
                parameters += [
                    ("MediaSid", media.sid), ("MediaFilename", media.filename ?? ""),
                    ("MediaContentType", media.contentType), ("MediaSize", String(media.bytes.count)),
                ]
            }
            if event == .messageUpdated { parameters.append(("DateUpdated", message.updated.withMilliseconds)) }
            if event == .messageRemoved { parameters.append(("DateRemoved", now.withMilliseconds)) }
        case .participantAdded, .participantUpdated, .participantRemoved:
            guard let participant else { return }
            parameters += [
                ("MemberSid", participant.sid), ("Identity", participant.identity ?? participant.sid),
                ("RoleSid", participant.roleSID ?? ""), ("DateCreated", participant.created.withMilliseconds),
                ("Attributes", participant.attributes),
            ]
            if event == .participantAdded { parameters.append(("Reason", "ADDED")) }
            if event == .participantUpdated {
                parameters.append(("DateUpdated", participant.updated.withMilliseconds))
                if let index = participant.lastReadIndex {
                    parameters.append(("LastConsumedMessageIndex", String(index)))
                }
            }
            if event == .participantRemoved { parameters.append(("DateRemoved", now.withMilliseconds)) }
        case .conversationAdded, .conversationUpdated, .conversationRemoved:
            let channel = messaging[position]
            parameters += [
                ("Attributes", channel.attributes), ("DateCreated", channel.created.withMilliseconds),
                ("DateUpdated", channel.updated.withMilliseconds), ("CreatedBy", channel.createdBy),
                ("ChannelType", "private"),
            ]
            if let name = channel.friendlyName { parameters.append(("FriendlyName", name)) }
            if let name = channel.uniqueName { parameters.append(("UniqueName", name)) }
            if event == .conversationRemoved { parameters.append(("DateRemoved", now.withMilliseconds)) }
        case .conversationStateUpdated, .deliveryUpdated, .userAdded, .userUpdated: break
        }
    }

    /// `Media`: a JSON array as text.
    func mediaText(_ sids: [String]) -> String {
        let items = sids.compactMap { messaging.media[$0] }.map { media in
            JSONValue.object(
                JSONObject([
                    ("Sid", .string(media.sid)), ("Filename", media.filename.map { .string($0) } ?? .null),
                    ("ContentType", .string(media.contentType)), ("Size", .number(JSONNumber(media.bytes.count))),
                ]))
        }
        return JSONValue.array(items).description
    }
}
