import Events

/// Users and services, as both dialects write them.
extension World {
    /// The position of the user that a path names, by SID or identity.
    func user(_ request: RestRequest) throws(TwilioProblem) -> Int {
        guard let found = messaging.user(request["user"], service: try request.service(self)) else {
            throw .notFound(request.path)
        }
        return found
    }

    /// Makes a user; its position.
    mutating func createUser(_ request: RestRequest) throws(TwilioProblem) -> Int {
        let service = try request.service(self)
        let identity = try request.required("Identity")
        guard messaging.user(identity, service: service) == nil else {
            throw TwilioProblem(status: 409, code: project.dialect == .chat ? 50201 : 50202, "User already exists")
        }
        let position = try ensureUser(
            identity, service: service, origin: .rest(request), friendlyName: request.text("FriendlyName"))
        if let attributes = request.text("Attributes") {
            try check(attributes: attributes)
            messaging.updateUser(position) { $0.attributes = attributes }
        }
        return position
    }

    /// Changes a user; its position.
    mutating func updateUser(_ request: RestRequest) throws(TwilioProblem) -> Int {
        let position = try user(request)
        try check(attributes: request.text("Attributes"))
        let time = now
        messaging.updateUser(position) { user in
            if let name = request.text("FriendlyName") { user.friendlyName = name }
            if let attributes = request.text("Attributes") { user.attributes = attributes }
            if let role = request.text("RoleSid") { user.roleSID = role }
            user.updated = time
        }
        fire(.userUpdated, user: messaging.users[position], origin: .rest(request))
        return position
    }

    func write(_ user: ChatUser, root: String, isChat: Bool, _ json: inout JSONFields) {
        json.text("sid", user.sid)
        json.text("account_sid", project.accountSID)
        json.text(isChat ? "service_sid" : "chat_service_sid", user.serviceSID)
        json.text("role_sid", user.roleSID)
        json.text("identity", user.identity)
        json.text("friendly_name", user.friendlyName)
        json.text("attributes", user.attributes)
        json.bool("is_online", user.isOnline)
        json.null("is_notifiable")
        json.date("date_created", user.created)
        json.date("date_updated", user.updated)
        json.text("url", "\(root)/Users/\(user.sid)")
        if isChat { json.number("joined_channels_count", messaging.conversations(ofIdentity: user.identity).count) }
        json.object("links") { links in
            if isChat { links.text("user_channels", "\(root)/Users/\(user.sid)/Channels") }
            if !isChat { links.text("user_conversations", "\(root)/Users/\(user.sid)/Conversations") }
        }
    }

    func write(_ service: ChatService, root: String, _ json: inout JSONFields) {
        let url = "\(root)/Services/\(service.sid)"
        json.text("sid", service.sid)
        json.text("account_sid", project.accountSID)
        json.text("friendly_name", service.friendlyName)
        json.date("date_created", service.created)
        json.date("date_updated", service.updated)
        json.text("url", url)
        json.object("links") { links in
            links.text("conversations", url + "/Conversations")
            links.text("users", url + "/Users")
            links.text("roles", url + "/Roles")
            links.text("participant_conversations", url + "/ParticipantConversations")
        }
    }
}
