import Events

extension WebhookScene {
    static let conversationEventNames = [
        "onMessageAdded", "onMessageUpdated", "onMessageRemoved", "onConversationAdded", "onConversationUpdated",
        "onConversationRemoved", "onConversationStateUpdated", "onParticipantAdded", "onParticipantUpdated",
        "onParticipantRemoved", "onDeliveryUpdated", "onUserAdded", "onUserUpdated", "onConversationAdd",
        "onMessageAdd",
    ]

    static let chatEventNames = [
        "onMessageSent", "onMediaMessageSent", "onMessageUpdated", "onMessageRemoved", "onMemberAdded",
        "onMemberUpdated", "onMemberRemoved", "onChannelAdded", "onChannelUpdated", "onChannelDestroyed",
    ]

    private static let bodyText = "¿Podéis llamarme? 5 < 6 & \"mañana\" 👋"

    func conversation(_ name: String, index: Int) -> [(String, String)] {
        var parameters = [
            ("AccountSid", accountSID), ("EventType", name), ("Source", "SMS"), ("RetryCount", "0"),
            ("ChatServiceSid", sid("IS")),
        ]
        if !name.hasPrefix("onUser"), name != "onConversationAdd" { parameters.append(("ConversationSid", sid("CH"))) }
        switch name {
        case let name where name.hasPrefix("onMessage"):
            parameters += [("Body", Self.bodyText), ("Author", customer), ("Attributes", "{\"seen\":false}")]
            if name == "onMessageAdd" { return parameters }
            parameters += [
                ("MessageSid", sid("IM")), ("MessagingServiceSid", sid("MG")), ("Index", String(index)),
                ("ParticipantSid", sid("MB")),
                (
                    "Media",
                    "[{\"Sid\":\"ME0123456789abcdef0123456789abcdef\",\"Filename\":\"foto.jpg\","
                        + "\"ContentType\":\"image/jpeg\",\"Size\":20481}]"
                ),
            ]
        case "onConversationStateUpdated":
            return parameters + [
                ("StateUpdated", now.rfc3339), ("StateFrom", "active"), ("StateTo", "closed"), ("Reason", "API"),
                ("MessagingServiceSid", sid("MG")),
            ]
        case let name where name.hasPrefix("onConversation"):
            parameters += [
                ("FriendlyName", "Zoë Müller"), ("UniqueName", "ff:\(sid("CH"))"), ("State", "active"),
                ("Attributes", "{\"frontline.events\":[],\"customer\":{\"tier\":1}}"),
                ("MessagingServiceSid", sid("MG")),
            ]
            if name.hasPrefix("onConversationAdd") {
                parameters += [
                    ("MessagingBinding.ProxyAddress", "+14155550199"), ("MessagingBinding.Address", customer),
                    ("MessagingBinding.AuthorAddress", customer),
                ]
            }
            if name == "onConversationAdd" { return parameters + [("MessageBody", Self.bodyText)] }
        case let name where name.hasPrefix("onParticipant"):
            parameters += [
                ("ParticipantSid", sid("MB")), ("RoleSid", sid("RL")), ("Attributes", "{}"),
                ("MessagingBinding.Type", "SMS"), ("MessagingBinding.Address", customer),
                ("MessagingBinding.ProxyAddress", "+14155550199"),
            ]
            if name == "onParticipantUpdated" { parameters.append(("LastReadMessageIndex", String(index))) }
        case "onDeliveryUpdated":
            parameters += [
                ("MessageSid", sid("IM")), ("DeliveryReceiptSid", sid("DY")), ("ChannelMessageSid", sid("SM")),
                ("ParticipantSid", sid("MB")), ("Status", "delivered"), ("ErrorCode", "0"),
            ]
        default:
            return parameters + [
                ("UserSid", sid("US")), ("Identity", "ana.ruiz"), ("RoleSid", sid("RL")), ("Attributes", "{}"),
                ("FriendlyName", "Ana Ruiz"), ("isOnline", "true"), ("isNotifiable", "false"),
            ]
        }
        return parameters + dates(name)
    }

    func channel(_ name: String, index: Int) -> [(String, String)] {
        var parameters = [
            ("AccountSid", accountSID), ("EventType", name), ("Source", "SDK"), ("RetryCount", "0"),
            ("InstanceSid", sid("IS")), ("ChannelSid", sid("CH")), ("ClientIdentity", "ana_2Eruiz"),
        ]
        switch name {
        case "onMediaMessageSent":
            parameters += [
                ("MessageSid", sid("IM")), ("Index", String(index)), ("From", "ana_2Eruiz"), ("Attributes", "{}"),
                ("MediaSid", "ME0123456789abcdef0123456789abcdef"), ("MediaFilename", "foto.jpg"),
                ("MediaContentType", "image/jpeg"), ("MediaSize", "20481"),
            ]
        case let name where name.hasPrefix("onMessage"):
            parameters += [
                ("MessageSid", sid("IM")), ("Index", String(index)), ("From", "ana_2Eruiz"), ("Body", Self.bodyText),
                ("Attributes", "{\"AddedViaConversationWebhook\":false}"),
            ]
        case let name where name.hasPrefix("onMember"):
            parameters += [
                ("MemberSid", sid("MB")), ("Identity", "ana_2Eruiz"), ("RoleSid", sid("RL")), ("Reason", "ADDED"),
            ]
        default:
            parameters += [
                ("Attributes", "{\"status\":\"ACTIVE\",\"ConversationSid\":\"\(sid("CH"))\"}"), ("CreatedBy", "system"),
                ("FriendlyName", "Zoë Müller"), ("UniqueName", "flex-\(sid("CH"))"), ("ChannelType", "private"),
            ]
        }
        return parameters + dates(name)
    }

    private func dates(_ name: String) -> [(String, String)] {
        let created = now.advanced(by: .seconds(-60)).rfc3339
        return switch name {
        case let name where name.hasSuffix("Removed") || name.hasSuffix("Destroyed"):
            [("DateCreated", created), ("DateUpdated", created), ("DateRemoved", now.rfc3339)]
        case let name where name.hasSuffix("Updated"): [("DateCreated", created), ("DateUpdated", now.rfc3339)]
        default: [("DateCreated", now.rfc3339)]
        }
    }
}
