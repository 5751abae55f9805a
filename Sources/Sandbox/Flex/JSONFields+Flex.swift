import Events

/// Flex's resources as the API shows them; `base` is the product's URL, such as `http://…/api/flex-api`.
extension JSONFields {
    private func url(_ interaction: Interaction, _ base: String) -> String {
        "\(base)/v1/Interactions/\(interaction.sid)"
    }

    private func channelURL(_ interaction: Interaction, _ base: String) -> String {
        "\(url(interaction, base))/Channels/\(interaction.channelSID)"
    }

    mutating func members(of interaction: Interaction, task: RoutedTask?, base: String) {
        var channel = interaction.channel.object ?? JSONObject()
        var properties = channel["properties"]?.object ?? JSONObject()
        properties["media_channel_sid"] = .string(interaction.conversationSID)
        channel["properties"] = .object(properties)
        channel["sid"] = .string(interaction.channelSID)
        channel["status"] = .string(interaction.status.rawValue)
        var routed = interaction.routing["properties"]?.object ?? JSONObject()
        if let task {
            routed["sid"] = .string(task.sid)
            routed["attributes"] = task.attributes
            routed["assignment_status"] = .string(task.status.rawValue)
        }
        text("sid", interaction.sid)
        value("channel", .object(channel))
        value("routing", ["properties": .object(routed)])
        null("interaction_context_sid")
        null("webhook_ttid")
        let url = url(interaction, base)
        text("url", url)
        object("links") { $0.text("channels", "\(url)/Channels") }
    }

    mutating func channelMembers(of interaction: Interaction, base: String) {
        let url = channelURL(interaction, base)
        text("sid", interaction.channelSID)
        text("interaction_sid", interaction.sid)
        text("type", interaction.type)
        text("status", interaction.status.rawValue)
        number("error_code", interaction.status == .failed ? 45_764 : nil)
        text("error_message", interaction.status == .failed ? "No agent took the invite" : nil)
        text("url", url)
        object("links") { links in
            links.text("participants", "\(url)/Participants")
            links.text("invites", "\(url)/Invites")
            links.text("transfers", "\(url)/Transfers")
        }
    }

    mutating func members(of invite: Interaction.Invite, in interaction: Interaction, base: String) {
        var routing = invite.routing["properties"]?.object ?? JSONObject()
        routing["sid"] = .string(invite.taskSID)
        text("sid", invite.sid)
        text("interaction_sid", interaction.sid)
        text("channel_sid", interaction.channelSID)
        value("routing", ["properties": .object(routing)])
        text("url", "\(channelURL(interaction, base))/Invites/\(invite.sid)")
    }

    mutating func members(of party: Interaction.Party, in interaction: Interaction, base: String) {
        text("sid", party.sid)
        text("type", party.type)
        text("interaction_sid", interaction.sid)
        text("channel_sid", interaction.channelSID)
        value("routing_properties", party.taskSID.map { ["sid": .string($0)] } ?? .null)
        text("url", "\(channelURL(interaction, base))/Participants/\(party.sid)")
    }

    mutating func members(of transfer: Interaction.Transfer, in interaction: Interaction, base: String) {
        text("sid", transfer.sid)
        text("interaction_sid", interaction.sid)
        text("channel_sid", interaction.channelSID)
        text("type", transfer.type)
        text("status", transfer.status)
        text("from", transfer.from)
        value("to", transfer.to)
        date("date_created", transfer.createdAt)
        date("date_updated", transfer.updatedAt)
        text("url", "\(channelURL(interaction, base))/Transfers/\(transfer.sid)")
    }

    mutating func frontlineMembers(of identity: String, in world: World, base: String) {
        let sid = world.flex.frontlineUsers[identity]
        text("sid", sid)
        text("identity", identity)
        text("friendly_name", identity)
        null("avatar")
        text("state", "active")
        bool("is_available", world.flex.frontlineAvailable[identity] ?? false)
        text("url", "\(base)/v1/Users/\(sid ?? identity)")
    }
}
