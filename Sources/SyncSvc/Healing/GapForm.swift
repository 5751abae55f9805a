import Events
import Twilio
import TwilioREST

/// Writes what a listing shows as the form that the webhook had, so that translating it gives the same event id.
///
/// The content may be poorer than the webhook's; where the webhook did arrive, the Broker finds the id in use and keeps
/// the event that it has.
struct GapForm: Sendable {
    let account: AccountSID
    let service: ChatServiceSID
    let workspace: WorkspaceSID

    /// An event of TaskRouter: `event_data` has the callback's parameters in snake case.
    func taskRouter(_ event: TaskRouterEvent) -> FormParameters {
        var pairs = [
            ("Sid", event.sid.text), ("EventType", event.eventType), ("AccountSid", account.text),
            ("WorkspaceSid", workspace.text), ("EventDescription", event.description ?? ""),
            ("ResourceType", event.resourceType ?? ""), ("ResourceSid", event.resourceSID ?? ""),
        ]
        let milliseconds = event.dateMilliseconds.map(UInt64.init) ?? event.date?.unixMilliseconds
        if let milliseconds {
            pairs.append(("Timestamp", String(milliseconds / 1_000)))
            pairs.append(("TimestampMs", String(milliseconds)))
        }
        let known = Set(pairs.map(\.0))
        for member in event.data.members {
            let name = Self.parameter(member.name)
            guard !known.contains(name) else { continue }
            pairs.append((name, Self.text(member.value)))
        }
        return FormParameters(pairs)
    }

    /// A message, as `onMessageAdded`, or `onMessageSent` and `onMediaMessageSent` of the Chat dialect.
    func message(_ message: ProjectMessage, in conversation: ConversationSID, dialect: Dialect) -> FormParameters {
        let isChat = dialect == .chat
        let chatName = message.media.isEmpty ? "onMessageSent" : "onMediaMessageSent"
        var pairs = [
            ("AccountSid", account.text), ("EventType", isChat ? chatName : "onMessageAdded"),
            (isChat ? "InstanceSid" : "ChatServiceSid", service.text),
            (isChat ? "ChannelSid" : "ConversationSid", conversation.text), ("MessageSid", message.sid.text),
            ("Index", String(message.index)), (isChat ? "From" : "Author", message.author ?? ""),
            ("Body", message.body ?? ""), ("Attributes", JSONValue.object(message.attributes).description),
        ]
        if let created = message.dateCreated { pairs.append(("DateCreated", created.rfc3339)) }
        if isChat, let media = message.media.first {
            pairs += [
                ("MediaSid", media.sid.text), ("MediaFilename", media.filename ?? ""),
                ("MediaContentType", media.contentType), ("MediaSize", String(media.size)),
            ]
        } else if !message.media.isEmpty {
            let media = message.media.map { item -> JSONValue in
                [
                    "Sid": .string(item.sid.text), "Filename": .string(item.filename ?? ""),
                    "ContentType": .string(item.contentType), "Size": .number(JSONNumber(item.size)),
                ]
            }
            pairs.append(("Media", JSONValue.array(media).description))
        }
        return FormParameters(pairs)
    }

    /// A new conversation, as `onConversationAdded`.
    func added(_ conversation: Conversation) -> FormParameters {
        var pairs = [
            ("AccountSid", account.text), ("EventType", "onConversationAdded"), ("ChatServiceSid", service.text),
            ("ConversationSid", conversation.sid.text), ("FriendlyName", conversation.friendlyName ?? ""),
            ("UniqueName", conversation.uniqueName ?? ""), ("Attributes", conversation.attributes.text),
            ("State", conversation.state.text),
        ]
        if let created = conversation.dateCreated { pairs.append(("DateCreated", created.rfc3339)) }
        if let updated = conversation.dateUpdated { pairs.append(("DateUpdated", updated.rfc3339)) }
        return FormParameters(pairs)
    }

    /// The end of a call leg; nil while it runs.
    ///
    /// A call ends once, so its id has no need of the sequence number, which no listing shows.
    func end(_ call: PhoneCall) -> FormParameters? {
        guard ["completed", "busy", "failed", "no-answer", "canceled"].contains(call.status) else { return nil }
        var pairs = [
            ("AccountSid", account.text), ("CallSid", call.sid.text), ("CallStatus", call.status),
            ("From", call.from ?? ""), ("To", call.to ?? ""), ("Direction", call.direction ?? ""),
        ]
        if let parent = call.parentSID { pairs.append(("ParentCallSid", parent.text)) }
        if let seconds = call.durationSeconds { pairs.append(("CallDuration", String(seconds))) }
        if let answeredBy = call.answeredBy { pairs.append(("AnsweredBy", answeredBy)) }
        if let ended = call.endTime ?? call.dateUpdated { pairs.append(("Timestamp", ended.rfc3339)) }
        return FormParameters(pairs)
    }

    /// `task_channel_unique_name` → `TaskChannelUniqueName`.
    static func parameter(_ name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.description
        }
    }
}
