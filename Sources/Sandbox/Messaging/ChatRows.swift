import Events

/// How Programmable Chat writes its resources.
extension World {
    func chatRoot(_ request: RestRequest) -> String { request.baseURL + "/v2/Services/" + request["service"] }

    func writeChannel(_ position: Int, root: String, _ json: inout JSONFields) {
        let channel = messaging[position]
        let url = root + "/Channels/" + channel.sid
        json.text("sid", channel.sid)
        json.text("account_sid", project.accountSID)
        json.text("service_sid", channel.serviceSID)
        json.text("friendly_name", channel.friendlyName)
        json.text("unique_name", channel.uniqueName)
        json.text("attributes", channel.attributes)
        json.text("type", "private")
        json.date("date_created", channel.created)
        json.date("date_updated", channel.updated)
        json.text("created_by", channel.createdBy)
        json.number("members_count", channel.participants.count)
        json.number("messages_count", channel.messages.count)
        json.text("url", url)
        json.object("links") { links in
            for name in ["members", "messages", "invites", "webhooks"] as [StaticString] {
                let text = "\(name)"
                links.text(name, "\(url)/\(text.prefix(1).uppercased())\(text.dropFirst())")
            }
        }
    }

    func writeMember(_ member: Participant, of position: Int, root: String, _ json: inout JSONFields) {
        json.text("sid", member.sid)
        json.text("account_sid", project.accountSID)
        json.text("channel_sid", messaging[position].sid)
        json.text("service_sid", messaging[position].serviceSID)
        json.text("identity", member.identity ?? member.sid)
        json.date("date_created", member.created)
        json.date("date_updated", member.updated)
        json.text("role_sid", member.roleSID)
        json.number("last_consumed_message_index", member.lastReadIndex)
        json.date("last_consumption_timestamp", member.lastRead)
        json.text("url", "\(root)/Channels/\(messaging[position].sid)/Members/\(member.sid)")
        json.text("attributes", member.attributes)
    }

    func writeChatMessage(_ message: Message, of position: Int, root: String, _ json: inout JSONFields) {
        let sid = message.sid
        let channel = messaging[position].sid
        json.text("sid", sid)
        json.text("account_sid", project.accountSID)
        json.text("attributes", message.attributes)
        json.text("service_sid", messaging[position].serviceSID)
        json.text("to", channel)
        json.text("channel_sid", channel)
        json.date("date_created", message.created)
        json.date("date_updated", message.updated)
        json.text("last_updated_by", message.lastUpdatedBy)
        json.bool("was_edited", message.isEdited)
        json.text("from", message.author)
        json.text("body", message.body)
        json.number("index", message.index)
        json.text("type", message.media.isEmpty ? "text" : "media")
        if let media = media(of: message).first {
            json.object("media") { Self.writeMedia(media, &$0) }
        } else {
            json.null("media")
        }
        json.text("url", "\(root)/Channels/\(channel)/Messages/\(sid)")
    }

    func writeChatService(_ service: ChatService, _ request: RestRequest, _ json: inout JSONFields) {
        let url = "\(request.baseURL)/v2/Services/\(service.sid)"
        json.text("sid", service.sid)
        json.text("account_sid", project.accountSID)
        json.text("friendly_name", service.friendlyName)
        json.date("date_created", service.created)
        json.date("date_updated", service.updated)
        json.text("default_service_role_sid", service.roles.dropFirst().first?.sid)
        json.text("default_channel_role_sid", service.roles.last?.sid)
        json.text("default_channel_creator_role_sid", service.roles.dropFirst(2).first?.sid)
        json.bool("read_status_enabled", service.isReadStatusEnabled)
        json.bool("reachability_enabled", service.isReachabilityEnabled)
        json.number("typing_indicator_timeout", 5)
        json.number("consumption_report_interval", 10)
        json.object("limits") { limits in
            limits.number("channel_members", Conversation.maxParticipants)
            limits.number("user_channels", 1_000)
        }
        let webhook = service.chatWebhook
        json.text("pre_webhook_url", webhook.preURL.isEmpty ? nil : webhook.preURL)
        json.text("post_webhook_url", webhook.postURL.isEmpty ? nil : webhook.postURL)
        json.text("webhook_method", webhook.method.rawValue)
        json.value("webhook_filters", .array(webhook.filters.map { .string($0) }))
        json.number("pre_webhook_retry_count", webhook.preRetries)
        json.number("post_webhook_retry_count", webhook.postRetries)
        json.object("notifications") { $0.bool("log_enabled", false) }
        json.object("media") { $0.number("size_limit_mb", MediaItem.maxBytes >> 20) }
        json.text("url", url)
        json.object("links") { links in
            links.text("channels", url + "/Channels")
            links.text("users", url + "/Users")
            links.text("roles", url + "/Roles")
        }
    }
}
