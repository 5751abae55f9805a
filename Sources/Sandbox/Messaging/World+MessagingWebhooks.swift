import Events

/// Which webhooks an event of messaging goes to, and what they carry.
extension World {
    typealias Parameters = [(name: String, value: String)]

    /// Where one event is to go.
    private struct Target {
        let url: String
        let method: RestMethod
        let policy: WebhookPolicy
    }

    /// Sends the webhooks of something that happened to a conversation, or to what is in it.
    mutating func fire(
        _ event: MessagingEvent, in position: Int, message: Message? = nil, participant: Participant? = nil,
        receipt: DeliveryReceipt? = nil, origin: Origin
    ) {
        guard origin.fires else { return }
        let hasMedia = message?.media.isEmpty == false
        guard let name = event.name(project.dialect, hasMedia: hasMedia) else { return }
        let targets = targets(of: name, service: messaging[position].serviceSID, conversation: position)
        guard !targets.isEmpty else { return }
        var parameters = commonParameters(name, service: messaging[position].serviceSID, origin: origin)
        switch project.dialect {
        case .conversations:
            appendConversations(
                event, to: &parameters, position: position, message: message, participant: participant, receipt: receipt
            )
        case .chat:
            appendChat(event, to: &parameters, position: position, message: message, participant: participant)
        }
        send(name, parameters, to: targets)
    }

    /// Sends the webhooks of a change of state.
    mutating func fireState(in position: Int, from before: Conversation.State, reason: String, origin: Origin) {
        guard origin.fires, let name = MessagingEvent.conversationStateUpdated.name(project.dialect) else { return }
        let service = messaging[position].serviceSID
        let targets = targets(of: name, service: service, conversation: position)
        guard !targets.isEmpty else { return }
        var parameters = commonParameters(name, service: service, origin: origin)
        let conversation = messaging[position]
        parameters += [
            ("ConversationSid", conversation.sid), ("StateUpdated", conversation.updated.withMilliseconds),
            ("StateFrom", before.rawValue), ("StateTo", conversation.state.rawValue), ("Reason", reason),
            ("MessagingServiceSid", conversation.messagingServiceSID),
        ]
        send(name, parameters, to: targets)
    }

    /// Sends the webhooks of something that happened to a user.
    mutating func fire(_ event: MessagingEvent, user: ChatUser, origin: Origin) {
        guard origin.fires, let name = event.name(project.dialect) else { return }
        let targets = targets(of: name, service: user.serviceSID, conversation: nil)
        guard !targets.isEmpty else { return }
        var parameters = commonParameters(name, service: user.serviceSID, origin: origin)
        parameters += [
            ("UserSid", user.sid), ("Identity", user.identity), ("RoleSid", user.roleSID),
            ("Attributes", user.attributes), ("DateCreated", user.created.withMilliseconds),
        ]
        if let name = user.friendlyName { parameters.append(("FriendlyName", name)) }
        if event == .userUpdated {
            parameters += [
                ("DateUpdated", user.updated.withMilliseconds), ("isOnline", user.isOnline ? "true" : "false"),
                ("isNotifiable", "false"),
            ]
        }
        send(name, parameters, to: targets)
    }

    private mutating func send(_ name: String, _ parameters: Parameters, to targets: [Target]) {
        for target in targets {
            send(
                Webhook(
                    url: target.url, event: name, parameters: parameters, policy: target.policy, method: target.method))
        }
    }

    /// The service's webhook, else the account's, and those of the conversation itself.
    private func targets(of name: String, service: String, conversation: Int?) -> [Target] {
        var targets: [Target] = []
        if let at = messaging.service(service) {
            switch project.dialect {
            case .conversations:
                let own = messaging.services[at].webhook
                let configured = own.preURL.isEmpty && own.postURL.isEmpty ? messaging.accountWebhook : own
                if !configured.postURL.isEmpty, configured.includes(name) {
                    targets.append(Target(url: configured.postURL, method: configured.method, policy: .conversations))
                }
            case .chat:
                let configured = messaging.services[at].chatWebhook
                if !configured.postURL.isEmpty, configured.includes(name) {
                    targets.append(
                        Target(
                            url: configured.postURL, method: configured.method,
                            policy: .chat(retries: configured.postRetries)))
                }
            }
        }
        if let conversation, !messaging[conversation].webhooks.isEmpty {
            for webhook in messaging[conversation].webhooks
            where webhook.target == "webhook" && webhook.filters.contains(name) {
                let policy: WebhookPolicy =
                    project.dialect == .chat ? .chat(retries: webhook.retries) : .conversations
                targets.append(Target(url: webhook.url, method: webhook.method, policy: policy))
            }
        }
        return targets
    }

    private func commonParameters(_ name: String, service: String, origin: Origin) -> Parameters {
        var parameters: Parameters = []
        parameters.reserveCapacity(20)
        parameters.append(("AccountSid", project.accountSID))
        parameters.append(("EventType", name))
        parameters.append(("Source", origin.source))
        if let identity = origin.identity { parameters.append(("ClientIdentity", identity)) }
        parameters.append(("RetryCount", "0"))
        parameters.append((project.dialect == .chat ? "InstanceSid" : "ChatServiceSid", service))
        return parameters
    }

    // The pre-event webhooks

    /// The question to a pre-event webhook.
    ///
    /// - Parameters:
    ///   - name: `onMessageAdd`, `onMessageSend`, …
    ///   - service: The service.
    ///   - origin: Programmable Chat never asks about REST writes; Conversations only about those that fire webhooks.
    ///   - parameters: What the change would be.
    /// - Returns: The webhook to ask; nil when none is configured for it.
    func preEvent(_ name: String, service: String, origin: Origin, _ parameters: Parameters) -> Webhook? {
        guard origin.fires, let at = messaging.service(service) else { return nil }
        let configured: WebhookConfiguration
        switch project.dialect {
        case .conversations:
            let own = messaging.services[at].webhook
            configured = own.preURL.isEmpty && own.postURL.isEmpty ? messaging.accountWebhook : own
        case .chat:
            guard origin.source != "API" else { return nil }
            configured = messaging.services[at].chatWebhook
        }
        guard !configured.preURL.isEmpty, configured.includes(name) else { return nil }
        let policy: WebhookPolicy =
            project.dialect == .chat ? .chat(retries: configured.preRetries) : .conversations
        return Webhook(
            url: configured.preURL, event: name,
            parameters: commonParameters(name, service: service, origin: origin) + parameters, policy: policy,
            method: configured.method)
    }
}
